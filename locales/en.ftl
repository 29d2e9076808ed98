# Messages. For the keys see tidy's rule locale-keys; keys that are made at run time are announced by lines that begin with `dynamic:`.

## layout
# dynamic: notice-
brand = Wuxing
banner = This system must not store or process state secrets
banner-demo = Demonstration data, all of it made up
skip-to-content = Skip to content
navigation = Sections
menu = Menu
theme = Appearance
theme-auto = As the system
theme-light = Light
theme-dark = Dark
language = Language
sign-out = Sign out
footer = Five-type charter · every rule, figure and record can be traced
offline = The server cannot be reached at the moment. What is on this page is still here; please try again shortly.
confirm-no = Cancel
confirm-yes = Confirm
nav-today = Today
nav-ledger = My duties
nav-section = Section duties
nav-library = My library
nav-reading = To read
nav-charter = Charter
nav-load = Load
nav-import = Import people
nav-accounts = Accounts
nav-audit = Audit trail
nav-people = Roster
nav-calendar = Working calendar
nav-tokens = Access tokens
nav-password = Change password
who-administrator = System administrator
who-security = Security administrator
who-auditor = Auditor
notice-signed-out = You have signed out.
notice-password-changed = Your password has been changed. Please use the new one from now on.
notice-founded = The organisation has been set up and you are signed in. Next step: import the roster.
notice-account-unlocked = The lock has been lifted.
notice-account-closed = The account has been closed; nobody can sign in with it.
notice-account-opened = The account is open again.
notice-import-checked = Your corrections have been saved, and all rows have been checked again.
notice-import-discarded = This import has been discarded. Nothing on the roster has changed.

## errors
# dynamic: problem-
problem-home = Back to the start page
problem-reference = When you report this, please quote number { $id }
problem-not-found-title = There is no such page
problem-not-found-advice = The address may be wrong, the text may have been withdrawn, or it is not among what you can read. Whatever you have saved is safe.
problem-forbidden-title = You cannot do this
problem-forbidden-advice = Nothing has been changed. If you think that you should be able to, please ask your system administrator.
problem-refused-title = Nothing has been saved
problem-refused-advice = Nothing has been changed. Please go back, correct what is marked, and submit again.
problem-stale-title = This text was changed after you opened it
problem-stale-advice = What you wrote is kept in your drafts. Please open the latest version, compare, and submit again.
problem-moved-on-title = This text has moved on in the meantime
problem-moved-on-advice = Nothing has been changed. Please open the latest version and decide then.
problem-preview-gone-title = The preview of this import is no longer here
problem-preview-gone-advice = The roster has not been changed by this. The import may have been committed or discarded, or somebody else uploaded it. Please upload the file again under “Import people”.
problem-broken-title = Something went wrong on our side
problem-broken-advice = This step did not take effect; everything saved before is safe. Please try again shortly. If it happens again, give the number below to your system administrator.
problem-signed-out-title = Please sign in
problem-signed-out-advice = Your session has ended. Saved drafts are safe; you can go on after signing in.
problem-must-change-title = Please change your password first
problem-must-change-advice = Everything else is available once the one-time password has been changed.
problem-not-ours-title = The page had expired; nothing was submitted
problem-not-ours-advice = Nothing has been changed, and saved drafts are safe. Please go back, reload the page, and submit again.
problem-too-large-title = This is too large to be accepted
problem-too-large-advice = Nothing has been changed; your text is still on the page you came from. Please go back and shorten it or submit it in parts. A form may have up to 2 MB, an imported file up to 10 MB.
problem-too-many-title = Too many attempts
problem-too-many-advice = Please try again later.
problem-too-many-wait = Please try again in { $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
  }. If you have forgotten your password, please ask your system administrator.
problem-wrong-method-title = This address cannot be opened in this way
problem-wrong-method-advice = Nothing has been changed. Please use the buttons and links on the pages.
problem-unreadable-title = We could not read what was sent
problem-unreadable-advice = Nothing has been changed. Please go back, reload the page, and submit again.
problem-busy-title = The system was too busy to finish in time
problem-busy-advice = This step may not have taken effect; everything saved before is safe. Please look whether it did before you try again.
refusal-fields = { $n ->
    [one] One field needs another look
   *[other] { $n } fields need another look
  }; what you typed has been kept.
refusal-comment = A comment must not be empty and may have up to { $limit } characters.
refusal-rows = { $n ->
    [one] One problem is
   *[other] { $n } problems are
  } left to correct; rows can be imported once all are solved.
refusal-name-taken = An organisation of this name exists already. Please choose another name.
refusal-end-before-beginning = The end lies before the beginning; nothing has been saved. Please correct it and submit again.

## entry
# dynamic: preset-, welcome-
sign-in-title = Sign in
sign-in-returns = After signing in you return to the page you wanted to open.
sign-in-other-organisation = Sign in to another organisation
sign-in-organisation-hint = Leave this empty if the system serves one organisation only.
sign-in-button = Sign in
sign-in-forgotten = If you have forgotten your password or your account is locked, please ask your system administrator.
sign-in-wrong = The organisation, account or password is wrong; you are not signed in. Please check and try again. After five wrong attempts the account is locked for a while.
sign-in-locked = The password was wrong several times, so the account is locked for now. Please try again in { $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
  }, or ask your system administrator to lift the lock.
password-title = Change password
password-must-change = You are using a one-time password. Please choose one of your own; everything else is available after that.
password-current = Current password
password-new = New password
password-again = New password again
password-hint = At least { $n } characters; a sentence that is easy to remember will do.
password-button = Save new password
password-back = Leave it as it is, back to the start page
password-too-short = The new password needs at least { $n } characters. Your password has not been changed.
password-too-long = The new password may have up to { $n } characters. Your password has not been changed.
password-differ = The two new passwords differ. Your password has not been changed.
password-same = The new password is the same as the current one. Please choose another.
password-wrong-current = The current password is wrong. Your password has not been changed.
password-too-simple = The new password must not contain the account name or be one character repeated.
setup-title = First-time setup
setup-lead = Set up the organisation, choose a charter to begin with and the day it takes effect, and create the system administrator’s account. All of it is saved together, or nothing at all.
setup-code = Setup code
setup-code-hint = The line shown on the server when the service was started. It works once.
setup-wrong-code = The setup code is wrong; nothing has been set up. Please look at the code shown on the server.
setup-organisation = Name of the organisation
setup-wrong-name = Please enter a name of up to 60 characters.
setup-preset = Charter to begin with
setup-preset-hint = It decides the first duties; a new version of the charter can change them.
setup-wrong-preset = There is no such charter. Please choose again.
setup-effective = Takes effect on
setup-effective-hint = Duties count from this day on; a Monday is best.
setup-wrong-day = Please enter a day such as 2026-01-05.
setup-time-zone = Time zone
setup-time-zone-hint = It decides what a day is, e.g. Asia/Shanghai.
setup-wrong-time-zone = There is no such time zone. Please enter a name such as Asia/Shanghai.
setup-administrator = System administrator’s account
setup-administrator-hint = 2 to 40 lower-case letters, digits, dots or hyphens, beginning with a letter.
setup-wrong-administrator = An account has 2 to 40 lower-case letters, digits, dots or hyphens, and begins with a letter.
setup-password-hint = At least 10 characters; a sentence that is easy to remember will do.
setup-again = Password again
setup-button = Set up
preset-wuxing = Five-type charter (reference; own study is encouraged)
preset-wuxing-full = Five-type charter (everything required)
preset-company = Company department charter
welcome-title = What you can do here
welcome-lead = Your account looks after the system itself. It has no duties under the charter and cannot read what people write.
welcome-open = Open
welcome-charter = Articles, duties and versions.
welcome-charter-load = How much a year of the charter asks of each role, in items and hours.
welcome-people-import = Upload the roster, check and correct row by row, then save all of it at once with accounts.
welcome-people = Who holds which post today.
welcome-accounts = Lift locks, close accounts or open them again.
welcome-audit = The unalterable record of every step.
welcome-calendar = Public holidays, make-up workdays, and working days per month.
welcome-password = Change the password you sign in with.

## people
# dynamic: field-, role-, file-is-
field-name = Name
field-account = Account
field-section = Section
field-post = Post
field-role = Role
field-since = In post since
field-in-charge-of = In charge of
field-email = E-mail
field-password = Password
field-organisation = Organisation
role-minister = Minister
role-deputy = Deputy
role-head = Head of section
role-staff = Staff
people-title = Roster
people-count = { $n ->
    [one] one person
   *[other] { $n } people
  }
people-leaders = Leadership
people-office = Office
people-none = Nobody is on the roster yet
people-none-text = Once the system administrator has imported the roster, everybody in post is listed here in roster order.
import-title = Import people
import-lead = After the upload you see every row first: what is wrong in it and what would be saved. Only when all rows are right and you confirm are they saved, all together; nothing is changed before.
import-file = Roster file
import-file-hint = .xlsx or .csv (UTF-8 or GBK), up to 10 MB. The table must not contain state secrets.
import-no-file = No file has been chosen. Please choose the roster file and upload it.
import-look = Upload and preview
import-template = Download template
import-how = Steps
import-step-1 = 1. Fill in the template, one person a row. Title rows, blank rows and further columns may stay.
import-step-2 = 2. Check row by row after the upload; correct faulty rows on the page or leave them out.
import-step-3 = 3. Confirm. Everybody gets an account with a one-time password, shown once.
import-preview-title = Import preview
import-nobody-left = There is nobody left to import. Please upload the file again.
import-ready = { $n ->
    [one] One person
   *[other] { $n } people
  }, no problems: ready to import.
import-faulty = { $n } rows, of which { $faulty } must be corrected or left out. Nothing on the roster has changed yet.
import-sections = Sections that do not exist yet
import-sections-note = tick to create; if it is only spelt differently, correct it below
import-create = Create section
import-to-correct = Rows to correct
import-other-fields = Other fields of this row
import-by-section = { $n ->
    [one] One row lacks
   *[other] { $n } rows lack
  } only the section: tick to create it, or open and correct the spelling
import-note = Note
import-row = Row { $row }
import-drop = Leave this row out
import-check-again = Save corrections and check again
import-all-rows = All rows
import-row-number = Row
import-at-field = { $field }: { $problem }
import-commit = Import { $n ->
    [one] one person
   *[other] { $n } people
  }
import-commit-sure = { $n ->
    [one] One person is
   *[other] { $n } people are
  } saved with accounts, all together. Import now?
import-discard = Discard this import
import-discard-sure = You would have to upload the file again. Discard it?
import-done-title = Import finished
import-done-count = { $n ->
    [one] one person
   *[other] { $n } people
  }
import-done-note = The one-time passwords below are shown only now and are not stored. Please download or print them and give each to its owner; they must be changed at the first sign-in.
import-done-csv = Download the accounts (csv, once)
import-done-print = You can also print this page.
roster-missing = Something must be entered here.
roster-too-long = This has { $found } characters; up to 40 are possible.
roster-not-a-name = “{ $found }” does not look like a name.
roster-unknown-section = There is no section “{ $found }”. Please correct it, or tick above to create it.
roster-unknown-section-near = There is no section “{ $found }”; near it: { $nearest }. Please correct it, or tick above to create it.
roster-unknown-role = “{ $found }” is no role we know. Please enter minister, deputy, head or staff.
roster-not-a-day = “{ $found }” is no day. Please enter one such as 2026-3-1.
roster-day-out-of-range = The day should lie between 1950 and 2100.
roster-same-as = The same person stands in row { $row }. Please keep one of the rows and leave the other out.
roster-already = This person is on the roster already, in the same section and post. Please leave the row out.
roster-malformed-account = “{ $found }” cannot be an account. Use 2 to 40 lower-case letters, digits, dots or hyphens.
roster-account-taken = This account is taken. Please enter another, or leave it empty and one is made.
roster-account-twice = Row { $row } has the same account. Please change one of them, or leave it empty and one is made.
roster-second-minister = Row { $row } is the minister already; there can be one.
roster-minister-exists = There is a minister on the roster already; there can be one.
roster-not-a-leader = Only leaders are in charge of sections. Please leave this empty.
roster-second-in-charge = Row { $row } is in charge of “{ $section }” already.
roster-in-charge-exists = Somebody on the roster is in charge of “{ $section }” already.
roster-malformed-email = “{ $found }” is no e-mail address.
roster-too-many = The roster has { $found } rows; up to 10,000 can be imported at once. Please import it in parts.
roster-second-head = Please note: row { $row } is a head of this section too.
roster-head-exists = Please note: this section has a head on the roster already.
roster-namesake = Please note: row { $row } has the same name; they are taken for two people.
roster-namesake-exists = Please note: somebody on the roster has the same name; they are taken for two people.
roster-section-of-leader = Please note: leaders belong to no section; what stands there is left out.
roster-no-header = No header was found. Please keep a row of titles such as “Name, Section, Post”, or use the template. The roster has not been changed.
roster-missing-columns = The header in row { $row } lacks: { $columns }. Please add this and upload again. The roster has not been changed.
roster-duplicate-column = More than one column gives “{ $column }” (columns { $letters }). Please keep one and upload again. The roster has not been changed.
roster-nobody = Nobody stands below the header in row { $row }. Please fill in the table and upload again. The roster has not been changed.
file-too-large = The file has more than { $megabytes } MB and was not read. Please remove pictures and the like, or import it in parts.
file-empty = There is nothing in this file. Please check whether it is the right one.
file-zip-bomb = Unpacked, this file would be extraordinarily large; it was not read. Please save it as .xlsx with a spreadsheet program and try again.
file-too-many-rows = The table has more than { $limit } rows and was not read. Please import it in parts.
file-too-many-columns = The table has more than { $limit } columns and was not read. Please remove what is not needed on the right.
file-cell-too-long = A cell in row { $row } has more than { $limit } characters; the file was not read. Please check this row.
file-too-much-text = There is too much text in this table; it was not read. Please keep the columns of the roster only.
file-broken-encoding = The characters in line { $line } cannot be recognised. Please save the file as .xlsx or as csv in UTF-8.
file-damaged = The workbook is damaged and cannot be read. Please open it with a spreadsheet program, save it as .xlsx and try again.
file-is-document = This is a text document, not a table. Please put the roster into an .xlsx or .csv file.
file-is-slides = This is a presentation, not a table. Please put the roster into an .xlsx or .csv file.
file-is-old-workbook = This is a workbook of the old format (.xls, .et). Please save it as .xlsx with a spreadsheet program.
file-is-binary-workbook = This is a binary workbook (.xlsb). Please save it as .xlsx with a spreadsheet program.
file-is-xml-workbook = This is a workbook in the XML format of 2003. Please save it as .xlsx with a spreadsheet program.
file-is-open-document = This is an OpenDocument file. Please save it as .xlsx with a spreadsheet program.
file-is-protected = The file is protected by a password. Please remove the password and upload it again.
file-is-compound = This is no .xlsx or .csv file. Please save it as .xlsx with a spreadsheet program.
file-is-pdf = This is a PDF, not a table. Please upload an .xlsx or .csv file.
file-is-web-page = This is a web page under the name of a workbook. Please open it with a spreadsheet program and save it as .xlsx.
file-is-xml = This is an XML file, not a table. Please upload an .xlsx or .csv file.
file-is-rich-text = This is an RTF document, not a table. Please upload an .xlsx or .csv file.
file-is-json = This is a JSON file, not a table. Please upload an .xlsx or .csv file.
file-is-picture = This is a picture, not a table. Please upload an .xlsx or .csv file.
file-is-archive = This is an archive. Please unpack it and upload the .xlsx or .csv file in it.
file-is-plain-text = This is text without columns. Please upload an .xlsx file or a .csv file with commas.
file-is-unknown = We do not know this kind of file. Please upload an .xlsx or .csv file.

## administration
# dynamic: audit-did-, audit-of-, holiday-
accounts-title = Accounts
accounts-lead = Accounts and their states only. A system administrator cannot see anything that people write.
accounts-state = State
accounts-action = Action
account-usable = In use
account-closed = Closed
account-locked = Locked until { $until }
account-one-time = One-time password not yet changed
account-unlock = Lift lock
account-close = Close
account-close-sure = Nobody will be able to sign in with this account; what was written stays. Close it?
account-open = Open again
audit-title = Audit trail
audit-lead = Each entry carries the digest of the one before, so a change to any of them shows. Entries hold identifiers and digests, no names and no content.
audit-count = { $n ->
    [one] one entry
   *[other] { $n } entries
  }
audit-number = No.
audit-when = When
audit-what = What
audit-who = Account
audit-subject = Subject
audit-digest = Digest
audit-head = Digest of the last entry:
audit-program = the program
audit-newer = Newer
audit-older = Older
audit-did-account-signed-in = Signed in
audit-did-account-locked = Account locked
audit-did-account-unlocked = Lock lifted
audit-did-account-closed = Account closed
audit-did-account-opened = Account opened again
audit-did-account-created = Account created
audit-did-account-password-changed = Password changed
audit-did-organisation-founded = Organisation set up
audit-did-charter-adopted = Charter adopted
audit-did-roster-previewed = Roster previewed
audit-did-roster-imported = Roster imported
audit-did-section-created = Section created
audit-did-record-submitted = Text submitted
audit-did-record-edited = Text edited
audit-did-record-withdrawn = Text withdrawn
audit-did-record-restored = Text restored
audit-did-record-commented = Comment written
audit-did-absence-entered = Absence entered
audit-did-token-created = Access token created
audit-did-token-revoked = Access token revoked
audit-did-token-all-revoked = All access tokens revoked
audit-of-token = access token
audit-of-account = account
audit-of-absence = absence
audit-of-import = import
audit-of-section = section
audit-of-organisation = organisation
audit-of-charter = charter
calendar-title = Working calendar { $year }
calendar-valid-through = announced through { $day }
calendar-provisional = The holidays of this year have not been announced yet. For now weekdays and the statutory days with a fixed date count; everything is recalculated once they are.
calendar-special = Holidays and make-up workdays
calendar-off = Day off
calendar-works = Workday
calendar-days = { $n ->
    [one] one day
   *[other] { $n } days
  }
calendar-range = { $first } to { $last }
holiday-new-year = New Year's Day
holiday-spring-festival = Spring Festival
holiday-qingming = Qingming Festival
holiday-labour-day = Labour Day
holiday-dragon-boat = Dragon Boat Festival
holiday-mid-autumn = Mid-Autumn Festival
holiday-national-day = National Day
calendar-none = No special days yet
calendar-none-text = Once the holidays have been announced and loaded, they are listed here.
calendar-month = Month
calendar-working-days = Working days
calendar-whole-year = Whole year
calendar-before = Previous year
calendar-after = Next year

## access tokens 访问令牌
# dynamic: scope-
tokens-title = Access tokens
tokens-lead = An access token lets a program of yours read or submit data in your name. It carries your authority: whoever holds it can do, within the chosen scopes, what you can do, and everything done with it is recorded as yours. Do not pass it on, and revoke it when it is no longer needed.
tokens-none = There are no access tokens
tokens-none-text = You need one only if a program is to read or submit data for you.
token-new = New token
token-name = Purpose
token-name-hint = Which program uses it, so that you recognise it later
token-scopes = What it may do
token-scopes-hint = Choose only what is needed. A token never reaches further than you yourself.
token-lives = Valid for
token-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
 }
token-make = Create token
token-made = “{ $name }” has been created; it is valid until { $day }
token-once = The token is shown here once and cannot be seen again after you leave this page. Please copy it now and keep it like a password.
token-copy = Copy token
token-copied = Copied
token-ends = Valid until { $day }
token-ended = Expired
token-used = Last used: { $day }
token-never-used = never
token-revoke = Revoke
token-revoke-this = Revoke “{ $name }”
token-revoke-sure = The program that uses “{ $name }” will lose access at once, and this cannot be undone. Revoke it?
notice-token-revoked = The token has been revoked; the program that used it no longer has access.
token-no-name = Please say what it is for.
token-name-taken = You have a token of this name already. Please choose another name.
token-too-many = An account can have up to { $n } tokens. Please revoke one that is no longer used.
token-life = A token is valid for 1 to { $n } days.
token-no-scope = Please choose at least one thing that it may do.
token-wildcard = “{ $word }” is not accepted: what a token may do is chosen item by item, without wildcards.
token-unknown-scope = There is no scope “{ $word }”.
token-beyond = { $word } cannot be granted: you do not have this right yourself.
scope-ledger-read = Read Today and the duties
scope-records-read = Read texts and comments
scope-records-write = Submit, change and withdraw texts; comment
scope-drafts-read = Read drafts
scope-drafts-write = Save and delete drafts
scope-charter-read = Read the charter, its load and the working calendar
scope-roster-read = Read the roster
scope-audit-read = Read the audit trail
scope-sealed-read = Read sealed content

## pages 今日事项、记一笔、材料、资料库、落实情况、章程、负担测算
# dynamic: status-, excuse-, absence-, kind-, force-, field-missing-, position-, receiver-
status-open = in progress
status-done = done
status-late = done late
status-missed = not done
status-passed = over
status-excused = excused
excuse-away = { $why }
excuse-no-working-day = no working day in this period
excuse-little-time = present for less than half of the time
excuse-prorated-to-nothing = prorated to nothing
absence-leave = on leave
absence-illness = on sick leave
absence-secondment = on secondment
absence-study-visit = on a study visit
because-time = { $working } working half-days, present on { $available }
because-prorated = prorated from { $quota } to { $required }
kind-clipping = Clipping
kind-reflection = Reflection
kind-article = Article
kind-book-note = Book note
kind-entry = Duty done
force-required = required
force-encouraged = encouraged
force-standing = standing
duty = Duty
capture = Quick capture
quick-actions = Frequent actions
capture-again = Write another
capture-this = Write
entry-this = Enter as done
library = My library
own-progress-note = only you can see your progress
today-open = Still to do
today-settled-done = { $n } done in this period
today-settled-excused = { $n } excused
today-all-done = Everything due is done
today-all-done-text = No required duty is waiting for you. Capture a thought whenever you like.
today-no-duties = The charter asks nothing of you
today-no-duties-text = When your post or the charter changes, what is due, until when and why will stand here.
today-settling = Your duties are being worked out
today-settling-text = The roster or the charter has just changed; this usually takes a few seconds.
today-look-again = Look again
today-not-yet = Nothing is due yet
today-not-yet-text = Once the charter is in force, what is due, by when and why is listed here.
today-read-charter = Read the charter
today-to-read = For you to read
today-to-read-note = submitted in the last seven days, not yet commented on by you
today-go-and-read = Read
today-texts = { $kind }: { $count }
today-texts-note = A line of comment is welcome; the author sees it
today-own = Own material
today-begun = Not finished yet
today-answers = Comments on what I wrote
today-ahead = Coming up
today-nothing-ahead = No holidays or make-up workdays in the next three weeks
today-starts = “{ $charter }” applies from { $day }; nothing is due before. You can start collecting material now.
today-day-off = Today is not a working day; nothing needs doing. The next working day is { $next }.
today-still-with = still: { $names }
today-works-on = { $day } is a working day
today-off-on = { $day } is a day off
today-off-from-to = { $first } to { $last } off
draft-saving = Saving the draft
draft-saved-at = Draft saved %time
draft-kept-here = No connection: kept on this device and saved as soon as there is one
draft-submitted-elsewhere = Submitted in another window: what you changed here is kept on this device; if you submit it, both texts are shown
draft-restored = Continuing the draft saved { $time }
draft-needs-script = Scripts are off in this browser, so drafts are not saved while you type. Please submit when you are done.
draft-note = { $kind } · saved { $saved }
draft-without-words = (nothing written yet)
draft-continue = Continue
draft-discard = Discard
draft-discard-sure = Discard this draft? It cannot be brought back.
notice-draft-discarded = The draft has been discarded.
capture-kind = What to write
capture-readers = Who can read it
capture-entry-note = Talks, field days, suggestions and other things done are entered as duties done.
capture-entry-open = Enter one
readers-captured = you, the head of your section, the office
readers-entry = you, the other side, the head of your section, the deputy in charge, the office
submit = Submit
entry-lead = Enter what has been done. Choose the duty:
entry-none = Nothing to enter at the moment
entry-none-text = Clippings, reflections, articles and book notes count by themselves once submitted: use quick capture.
entry-choose-first = Please choose a duty first; what you wrote is kept in your draft.
field-text = Text
field-text-hint = Paste a passage, or write a few words of your own
field-text-hint-entry = What was done and what came of it; a sentence or two will do
field-text-count = %count characters
field-title = Title
field-title-hint = Left empty, it is the first line of the text; an article needs one
field-book = Book
field-url = Web address
field-excerpt = Excerpt
field-excerpt-hint = What is quoted word for word, apart from your own words
field-topic = Study topic
field-no-topic = no topic
field-date = Date
field-date-hint = Left empty, it is today
field-counterpart = With
field-counterpart-met = { $name } (already entered in this period)
field-choose = please choose
field-half-days = Number of half-days
field-times = How often
field-more = Web address, excerpt, topic, date
field-more-entry = Topic, date
field-missing-text = Please write something.
field-missing-title = An article needs a title.
field-missing-book = Please name the book.
field-missing-duty = Please choose a duty.
field-missing-counterpart = Please choose with whom.
field-too-long = At most { $limit } characters; please shorten it or make several of it.
field-not-an-address = A web address begins with http:// or https://.
field-not-a-day = Please write year-month-day, for example 2026-09-16.
field-in-the-future = That day has not come yet.
field-too-far-back = At most { $days } days back.
field-not-a-choice = Please choose one from the list.
field-not-an-amount = A whole number from 1 to { $limit }, please.
record-author = Author
record-section = Section
record-amount = Amount
record-submitted = Submitted
record-version = Version
record-facts = About it
record-counts = Counts for
record-counted = Submitted; counts for { $what }.
record-counted-each = { $duty }, { $period } ({ $done }/{ $required })
record-counted-none = Submitted and kept in your library. The charter has no duty for it.
record-undo = Withdraw it
record-another = Capture another
record-to-today = Back to Today
record-is-withdrawn = Withdrawn: only you can see it and it counts for nothing. You can put it back at any time.
record-edit = Edit
record-edit-title = Edit
record-save = Save changes
record-leave = Leave it as it is
record-back = Back
record-withdraw = Withdraw
record-withdraw-sure = Once withdrawn it no longer counts and others cannot see it; you can put it back. Withdraw it?
record-restore = Put back
record-comments = Comments
record-comments-note = everybody who can read this can read the comments
record-comment = Write a comment
record-send-comment = Send comment
record-earlier = Earlier versions
record-earlier-note = only you can see these
record-version-line = Version { $n }, { $time }
notice-record-saved = Your changes are saved; earlier versions are kept.
notice-record-withdrawn = Withdrawn; it no longer counts. The text is still here and can be put back.
notice-record-restored = Put back; it counts again.
notice-comment-sent = Your comment is sent; the author will see it on Today.
stale-title = This has just been changed
stale-lead = It was changed after you opened it (perhaps by you in another window). Both texts are here and nothing is lost. Please settle your text and save it.
stale-yours = Yours
stale-yours-note = you can go on writing
stale-current = As it is saved now
stale-version = version { $n }
stale-save = Save my text
stale-legend = Underlined words are only in the saved text, crossed-out words only in yours.
library-lead = Everything you have written is here, for you to draw on.
library-count = { $n ->
    [one] 1 text
   *[other] { $n } texts
 }
library-search = Search texts, titles, books
library-find = Search
library-filter = Filter by kind, topic, date
library-kind = Kind
library-any-kind = all kinds
library-any-topic = all topics
library-author = Author
library-anybody = everybody
library-from = From
library-to = To
library-apply = Filter
library-submitted = Submitted
library-withdrawn = Withdrawn
library-empty = Your library is still empty
library-empty-text = Capture something and it will be here, searchable by its words.
library-not-found = Nothing found
library-not-found-text = Try another word or fewer filters. Words of two Chinese characters work too.
library-none-withdrawn = Nothing has been withdrawn
library-none-withdrawn-text = What you withdraw stays here and can be put back at any time.
library-first-page = Back to the newest
library-older = Older
reading-lead = The clippings, reflections, articles and book notes that you read by office.
reading-empty = Nothing to read yet
reading-empty-text = What is submitted will be listed here by date.
take-away = Take this list with you:
take-away-as-of = As of { $day }
take-away-cut = Only the latest { $n } texts are listed
ledger-line = { $year } · as of { $day }
ledger-binding = Required duties
ledger-heat-note = the deeper the colour, the more is done; open a cell for its reasons and records
ledger-done-of-required = done / required
ledger-done = done
ledger-none = No required duties in this year
ledger-none-text = Once the charter applies, each period of each duty will be listed here.
ledger-how = Every cell follows from the charter, the calendar, the roster, absences and your records; open it to see why.
ledger-duty-line = { $year } · { $done } of { $required } done
ledger-duty-own = { $year } · { $amount }
ledger-no-periods = No period has begun in this year
ledger-no-periods-text = From the first period on, what was asked and what was done will be listed here.
ledger-recorded = recorded { $day }
ledger-unreadable = A record (not yours to read)
ledger-period = Period
ledger-status = State
ledger-why = Why
ledger-records = Records
heat-all = all
heat-part = part
heat-none = none
rule-grace = { $days ->
    [one] grace of 1 working day
   *[other] grace of { $days } working days
 }
rule-prorated = prorated by presence
rule-minutes = about { $n } minutes each
section-line = { $name } · { $n ->
    [one] 1 person
   *[other] { $n } people
 } · as of { $day }
section-leaders = Leaders
section-choose = Choose a section
section-heat-note = the deeper the colour, the more is done; open a cell for people and records
section-none = No required duties in this year
section-none-text = Once the charter applies, each period of each duty of the section will be listed here.
section-encouraged = Encouraged
section-encouraged-note = only what was done
section-list = List by period
section-week = At present
section-nobody = Nobody at the moment
section-away = today { $why }
section-member-nothing = nothing required now
section-load = About { $hours } hours a week each
section-load-open = Open the load meter
section-with = { $person } (with { $with })
section-cell-empty = No records in this period yet
section-cell-empty-text = What is done will be listed here in roster order.
charter-rules = Rules
charter-line = version { $n } · from { $day }
charter-not-yet = This version does not apply yet; it does from { $day }.
charter-replaced = A later version has replaced this one; it is kept for reference.
charter-pillars = The pillars and their standards
charter-frame = Frame
charter-part = { $articles ->
    [one] 1 article
   *[other] { $articles } articles
 }, { $duties ->
    [one] 1 duty
   *[other] { $duties } duties
 }
charter-version = Version { $n }
charter-versions = Versions
charter-from = from { $day }
charter-notes = Notes
charter-load-note = What the charter asks of each person in a year, in items and hours, can be counted.
charter-load-open = Open the load meter
whom-everyone = everyone
whom-office = the office
position-minister = minister
position-deputy = deputy minister
position-head = head of section
position-head-office = head of the office
position-staff = staff
position-staff-office = office staff
position-post = in addition as { $title }
receiver-office = the office
receiver-section-head = heads of section
receiver-deputy-in-charge = deputies in charge
receiver-minister = minister
receiver-counterpart = the other side
load-line = { $year } · charter version { $version } · { $days } working days
load-lead = For somebody who is present all year: how many things the charter asks, how much time they take, and how much time those spend who read and collate them.
load-over-cap = Required duties ask about { $hours } hours a week of one { $position }, more than the cap of { $cap }. Adopting such a charter takes a recorded reason; below is what could be trimmed. People decide.
load-provisional = Holidays for { $year } have not been announced; only weekends and holidays with a fixed date are left out.
load-cap = The cap is { $hours } hours a week and stands in the charter.
load-by-position = The load on one person
load-by-position-note = required duties and the reading that they cause; encouraged ones apart
load-position = Post
load-people = People
load-items = Items a year
load-hours = Hours a year
load-hours-week = Hours a week
load-share = Of working time
load-encouraged-week = Encouraged, hours a week
load-over = over the cap
load-detail = { $position }: { $items } items a year, { $day } per working day, { $hours } hours a week
load-force = Force
load-cadence = How often
load-owed = Owed in the year
load-receiving = Reading what others wrote
load-as-counterpart = as the other side
load-counterparts = { $n } people each time
load-receivers = Those who read and collate
load-receivers-note = for required and encouraged duties
load-receiver = Who
load-hours-all = Hours in all
load-hours-each = Hours each
load-trim = What could be trimmed
load-trim-note = the greatest saving first; people decide
load-within = with this alone within the cap
load-how = How it is counted
load-how-counted = Weeks are those of the ISO year, other periods those of the calendar year; a period without a working day does not count. The minutes are the charter's estimates.
load-how-shared = Where several people share the work, the average is rounded up, so a load is never understated.
trim-encourage = Make “{ $duty }” { $force }
trim-less-often = “{ $duty }” once { $cadence }
trim-smaller-quota = “{ $duty }” only { $amount } per period
trim-saves = saves { $hours } hours a year in all
trim-saves-each = { $position }: { $hours } hours each
