//! Files attached to records: which kinds are taken, how large and how many, and under which name they are kept. What a file
//! *is* was found by looking at its bytes; here is decided whether it is taken.

mod name;

pub use name::{LONGEST_NAME, clean_name, extension};

/// The kinds of file that are taken. Nothing that a browser would run, and nothing that runs by itself when it is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A PDF document.
    Pdf,
    /// A PNG picture.
    Png,
    /// A JPEG picture.
    Jpeg,
    /// A WebP picture that does not move.
    Webp,
    /// A Word document without macros.
    Docx,
    /// An Excel workbook without macros.
    Xlsx,
    /// A PowerPoint presentation without macros.
    Pptx,
    /// 版式文档 (GB/T 33190), which public offices exchange.
    Ofd,
    /// Plain text.
    Text,
    /// Comma-separated values.
    Csv,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 10] = [
        Self::Pdf,
        Self::Png,
        Self::Jpeg,
        Self::Webp,
        Self::Docx,
        Self::Xlsx,
        Self::Pptx,
        Self::Ofd,
        Self::Text,
        Self::Csv,
    ];

    /// The word for it in stored rows, and the extension a file of this kind is given.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Pptx => "pptx",
            Self::Ofd => "ofd",
            Self::Text => "txt",
            Self::Csv => "csv",
        }
    }

    /// The kind that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The kind that an extension promises, in small letters and without its dot.
    pub fn of_extension(extension: &str) -> Option<Self> {
        match extension {
            "jpeg" | "jpe" | "jfif" => Some(Self::Jpeg),
            "text" => Some(Self::Text),
            other => Self::from_word(other),
        }
    }

    /// The media type it is handed out as.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pptx => {
                "application/vnd.openxmlformats-officedocument.presentationml.presentation"
            }
            Self::Ofd => "application/ofd",
            Self::Text => "text/plain",
            Self::Csv => "text/csv",
        }
    }

    /// Whether it is a picture: a browser may show it, and what it says beside the picture is taken out.
    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Png | Self::Jpeg | Self::Webp)
    }

    /// The kind that a media type promises; types that say nothing or that programs mix up promise none.
    fn of_media_type(declared: &str) -> Option<Self> {
        match declared {
            "image/jpg" | "image/pjpeg" => Some(Self::Jpeg),
            "image/x-png" => Some(Self::Png),
            // Windows declares csv files as Excel's own, and so on: a text is told by its bytes.
            "text/plain" | "text/csv" => None,
            other => Self::ALL
                .into_iter()
                .find(|kind| kind.media_type() == other),
        }
    }
}

/// What the bytes of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Found {
    /// A kind that is taken. Comma-separated values are [`Kind::Text`] to whoever looks at bytes alone.
    Kind(Kind),
    /// Anything else.
    Other(Other),
}

/// What a file can be that is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Other {
    /// A program or a script.
    Program,
    /// A zip, rar, 7z or other archive.
    Archive,
    /// HTML, SVG or XML: a browser would run what is in it.
    Markup,
    /// A document with macros, with controls that run, or with a template that is fetched from elsewhere.
    Macros,
    /// A document locked with a password.
    Encrypted,
    /// A document in a format of its own: old Office, WPS, OpenDocument, RTF.
    OtherOffice,
    /// A picture in another format: HEIC, GIF, TIFF, BMP.
    OtherPicture,
    /// A picture that moves.
    Animated,
    /// Sound or film.
    Media,
    /// A picture of more pixels than a program should have to unpack.
    TooManyPixels,
    /// It would unpack to far more than it says.
    Bomb,
    /// Two files in one, which programs would take for different things.
    Mixed,
    /// Cut short or broken.
    Damaged,
    /// Nothing that is known.
    Unknown,
}

impl Other {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Program,
        Self::Archive,
        Self::Markup,
        Self::Macros,
        Self::Encrypted,
        Self::OtherOffice,
        Self::OtherPicture,
        Self::Animated,
        Self::Media,
        Self::TooManyPixels,
        Self::Bomb,
        Self::Mixed,
        Self::Damaged,
        Self::Unknown,
    ];

    /// The word for it in messages' keys.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::Archive => "archive",
            Self::Markup => "markup",
            Self::Macros => "macros",
            Self::Encrypted => "encrypted",
            Self::OtherOffice => "other-office",
            Self::OtherPicture => "other-picture",
            Self::Animated => "animated",
            Self::Media => "media",
            Self::TooManyPixels => "pixels",
            Self::Bomb => "bomb",
            Self::Mixed => "mixed",
            Self::Damaged => "damaged",
            Self::Unknown => "unknown",
        }
    }
}

/// How much is taken. Sizes are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Of one file.
    pub file: u64,
    /// Files of one record.
    pub count: usize,
    /// Of a record's files together.
    pub record: u64,
    /// Of all files of an organisation together.
    pub organisation: u64,
}

/// Bytes of a megabyte, as people read it.
pub const MEGABYTE: u64 = 1024 * 1024;

impl Default for Limits {
    fn default() -> Self {
        Self {
            file: 20 * MEGABYTE,
            count: 10,
            record: 60 * MEGABYTE,
            organisation: 20 * 1024 * MEGABYTE,
        }
    }
}

/// What there is already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Files of the record.
    pub count: usize,
    /// Bytes of them.
    pub record: u64,
    /// Bytes of the whole organisation's.
    pub organisation: u64,
}

/// A file that is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The name it is shown under; never a path.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
}

/// Why a file is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is nothing in it.
    Empty,
    /// It is larger than this many bytes.
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// It is of a kind that is not taken.
    NotTaken(Other),
    /// It says it is one thing and is another.
    Mislabelled {
        /// What its name (or, where that says nothing, the browser) promises.
        said: String,
        /// What it is.
        is: Kind,
    },
    /// The record has as many files as it may have.
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// The record's files together would be larger than this.
    TooMuch {
        /// The limit in bytes.
        limit: u64,
    },
    /// The organisation's files together would be larger than they may be.
    NoRoom,
}

/// Whether a file is taken: by its name, the type that the browser declared, its size in bytes and what its bytes are.
///
/// # Errors
/// Why not. A name or declared type that promises something else than the bytes are is a lie, whoever told it.
pub fn examine(
    name: &str,
    declared: &str,
    size: u64,
    found: Found,
    limits: &Limits,
) -> Result<Accepted, Refused> {
    if size == 0 {
        return Err(Refused::Empty);
    }
    if size > limits.file {
        return Err(Refused::TooLarge { limit: limits.file });
    }
    let is = match found {
        Found::Kind(kind) => kind,
        Found::Other(other) => return Err(Refused::NotTaken(other)),
    };
    let name = clean_name(name);
    let extension = extension(&name);
    let kind = match (is, Kind::of_extension(&extension)) {
        (Kind::Text, Some(Kind::Csv)) => Kind::Csv,
        _ => is,
    };
    if !extension.is_empty() && Kind::of_extension(&extension) != Some(kind) {
        return Err(Refused::Mislabelled {
            said: format!(".{extension}"),
            is,
        });
    }
    let declared = declared
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let runs = ["html", "svg", "xhtml", "javascript", "macroenabled"];
    let lies = runs.iter().any(|word| declared.contains(word))
        || Kind::of_media_type(&declared).is_some_and(|said| said != kind);
    if lies {
        return Err(Refused::Mislabelled { said: declared, is });
    }
    let name = if extension.is_empty() {
        format!("{name}.{}", kind.word())
    } else {
        name
    };
    Ok(Accepted { name, kind })
}

/// Whether there is room for one more file of `size` bytes.
///
/// # Errors
/// Which of the limits is reached.
pub fn room(size: u64, held: Held, limits: &Limits) -> Result<(), Refused> {
    if held.count >= limits.count {
        return Err(Refused::TooMany {
            limit: limits.count,
        });
    }
    if held.record.saturating_add(size) > limits.record {
        return Err(Refused::TooMuch {
            limit: limits.record,
        });
    }
    if held.organisation.saturating_add(size) > limits.organisation {
        return Err(Refused::NoRoom);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(name: &str, declared: &str, found: Found) -> Result<Accepted, Refused> {
        examine(name, declared, 10, found, &Limits::default())
    }

    fn accepted(name: &str, kind: Kind) -> Result<Accepted, Refused> {
        Ok(Accepted {
            name: name.to_owned(),
            kind,
        })
    }

    #[test]
    fn words_and_extensions_lead_back_to_their_kinds() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_word(kind.word()), Some(kind));
            assert_eq!(Kind::of_extension(kind.word()), Some(kind));
        }
        for none in ["exe", "svg", "docm", "html", "doc", "zip", ""] {
            assert_eq!(Kind::of_extension(none), None, "{none}");
        }
    }

    #[test]
    fn a_file_is_taken_for_what_it_is() {
        use Found::Kind as Is;
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Csv) {
            let name = format!("调研.{}", kind.word());
            assert_eq!(
                taken(&name, kind.media_type(), Is(kind)),
                accepted(&name, kind)
            );
            assert_eq!(
                taken(&name, "application/octet-stream", Is(kind)),
                accepted(&name, kind)
            );
            assert_eq!(taken(&name, "", Is(kind)), accepted(&name, kind));
        }
        // A csv is text to whoever looks at bytes; Windows declares it as Excel's.
        assert_eq!(
            taken("名单.CSV", "application/vnd.ms-excel", Is(Kind::Text)),
            accepted("名单.CSV", Kind::Csv)
        );
        // What has no extension gets the right one.
        assert_eq!(
            taken("照片", "", Is(Kind::Jpeg)),
            accepted("照片.jpg", Kind::Jpeg)
        );
        assert_eq!(
            taken("a.JPEG", "image/jpeg; x=y", Is(Kind::Jpeg)),
            accepted("a.JPEG", Kind::Jpeg)
        );
    }

    #[test]
    fn a_lie_about_the_type_is_refused_with_what_it_is() {
        use Found::Kind as Is;
        let cases = [
            ("a.jpg", "", Kind::Png, ".jpg"),
            ("a.pdf", "application/pdf", Kind::Docx, ".pdf"),
            ("a.exe", "", Kind::Text, ".exe"),
            ("a.svg", "image/svg+xml", Kind::Png, ".svg"),
            ("a.docm", "", Kind::Docx, ".docm"),
            ("photo.jpg.html", "", Kind::Text, ".html"),
            ("a.png", "text/html", Kind::Png, "text/html"),
            ("a.png", "IMAGE/SVG+XML", Kind::Png, "image/svg+xml"),
            ("a.png", "image/jpeg", Kind::Png, "image/jpeg"),
        ];
        for (name, declared, is, said) in cases {
            assert_eq!(
                taken(name, declared, Is(is)),
                Err(Refused::Mislabelled {
                    said: said.to_owned(),
                    is
                }),
                "{name} {declared}"
            );
        }
    }

    #[test]
    fn what_is_not_taken_is_not_taken_under_any_name() {
        for other in Other::ALL {
            for name in ["a.pdf", "a.txt", "a", "../../a.png"] {
                assert_eq!(
                    taken(name, "application/pdf", Found::Other(other)),
                    Err(Refused::NotTaken(other))
                );
            }
        }
    }

    #[test]
    fn limits_hold_to_the_byte() {
        let limits = Limits {
            file: 100,
            count: 2,
            record: 150,
            organisation: 180,
        };
        let of = |size| examine("a.txt", "", size, Found::Kind(Kind::Text), &limits);
        assert_eq!(of(0), Err(Refused::Empty));
        assert!(of(100).is_ok());
        assert_eq!(of(101), Err(Refused::TooLarge { limit: 100 }));

        let held = |count, record, organisation| Held {
            count,
            record,
            organisation,
        };
        assert_eq!(room(50, held(1, 100, 130), &limits), Ok(()));
        assert_eq!(
            room(51, held(1, 100, 100), &limits),
            Err(Refused::TooMuch { limit: 150 })
        );
        assert_eq!(
            room(1, held(2, 2, 2), &limits),
            Err(Refused::TooMany { limit: 2 })
        );
        assert_eq!(room(51, held(0, 0, 130), &limits), Err(Refused::NoRoom));
        assert_eq!(
            room(u64::MAX, held(1, 1, 1), &limits),
            Err(Refused::TooMuch { limit: 150 })
        );
    }
}
