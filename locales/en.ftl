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
# dynamic: audit-did-
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
calendar-none = No special days yet
calendar-none-text = Once the holidays have been announced and loaded, they are listed here.
calendar-month = Month
calendar-working-days = Working days
calendar-whole-year = Whole year
calendar-before = Previous year
calendar-after = Next year
