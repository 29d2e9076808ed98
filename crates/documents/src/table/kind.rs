//! What a file is, judged by its bytes.

/// What a file turned out to be that cannot be read as a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FoundKind {
    /// A word processor's document (.docx, .doc).
    Document,
    /// Slides (.pptx, .ppt).
    Slides,
    /// A workbook of the old format (.xls, .et): to be saved as .xlsx.
    OldWorkbook,
    /// A workbook of the binary format (.xlsb): to be saved as .xlsx.
    BinaryWorkbook,
    /// A workbook of the XML format of 2003: to be saved as .xlsx.
    XmlWorkbook,
    /// An OpenDocument file (.ods, .odt): to be saved as .xlsx.
    OpenDocument,
    /// A file under a password: to be saved without.
    Protected,
    /// Another file in the old compound format (.msg, .wps and others).
    Compound,
    /// A PDF.
    Pdf,
    /// A web page, often what another system exports under the name .xls.
    WebPage,
    /// Another XML file.
    Xml,
    /// Rich text (.rtf).
    RichText,
    /// JSON.
    Json,
    /// A picture.
    Picture,
    /// An archive (.zip, .rar, .7z, .gz).
    Archive,
    /// Text without any columns.
    PlainText,
    /// Something that is not text.
    Unknown,
}

impl FoundKind {
    /// All kinds.
    pub const ALL: [Self; 17] = [
        Self::Document,
        Self::Slides,
        Self::OldWorkbook,
        Self::BinaryWorkbook,
        Self::XmlWorkbook,
        Self::OpenDocument,
        Self::Protected,
        Self::Compound,
        Self::Pdf,
        Self::WebPage,
        Self::Xml,
        Self::RichText,
        Self::Json,
        Self::Picture,
        Self::Archive,
        Self::PlainText,
        Self::Unknown,
    ];

    /// A stable word for it, to look up the sentence that the person reads.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Slides => "slides",
            Self::OldWorkbook => "old-workbook",
            Self::BinaryWorkbook => "binary-workbook",
            Self::XmlWorkbook => "xml-workbook",
            Self::OpenDocument => "open-document",
            Self::Protected => "protected",
            Self::Compound => "compound",
            Self::Pdf => "pdf",
            Self::WebPage => "web-page",
            Self::Xml => "xml",
            Self::RichText => "rich-text",
            Self::Json => "json",
            Self::Picture => "picture",
            Self::Archive => "archive",
            Self::PlainText => "plain-text",
            Self::Unknown => "unknown",
        }
    }
}

/// How the bytes have to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    Zip,
    Text,
    Other(FoundKind),
}

/// Judges by the first bytes.
pub(super) fn of_bytes(bytes: &[u8]) -> Container {
    const MARKS: [(&[u8], FoundKind); 10] = [
        (b"%PDF-", FoundKind::Pdf),
        (b"{\\rtf", FoundKind::RichText),
        (b"\x89PNG\r\n\x1a\n", FoundKind::Picture),
        (b"\xff\xd8\xff", FoundKind::Picture),
        (b"GIF8", FoundKind::Picture),
        (b"II*\0", FoundKind::Picture),
        (b"MM\0*", FoundKind::Picture),
        (b"\x1f\x8b", FoundKind::Archive),
        (b"7z\xbc\xaf\x27\x1c", FoundKind::Archive),
        (b"Rar!\x1a\x07", FoundKind::Archive),
    ];
    if [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"]
        .iter()
        .any(|mark| bytes.starts_with(*mark))
    {
        return Container::Zip;
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Container::Other(of_compound(bytes));
    }
    match MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        Some((_, found)) => Container::Other(*found),
        None => Container::Text,
    }
}

/// Tells the old compound files apart by the names in their directory, which are UTF-16.
fn of_compound(bytes: &[u8]) -> FoundKind {
    let names = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).any(|window| window == wide)
    };
    match () {
        () if names("EncryptedPackage") => FoundKind::Protected,
        () if names("WordDocument") => FoundKind::Document,
        () if names("PowerPoint Document") => FoundKind::Slides,
        () if names("Workbook") || names("Book") => FoundKind::OldWorkbook,
        () => FoundKind::Compound,
    }
}

/// Tells what a zip archive is by the names of its parts; `None` is an .xlsx workbook.
pub(super) fn of_parts<'a>(names: impl Iterator<Item = &'a str>) -> Option<FoundKind> {
    let mut found = FoundKind::Archive;
    let mut workbook = false;
    for name in names {
        let name = name.replace('\\', "/").to_ascii_lowercase();
        match name.trim_start_matches('/') {
            "xl/workbook.bin" => return Some(FoundKind::BinaryWorkbook),
            "encryptedpackage" => return Some(FoundKind::Protected),
            "mimetype" => found = FoundKind::OpenDocument,
            part if part.starts_with("word/") => return Some(FoundKind::Document),
            part if part.starts_with("ppt/") => return Some(FoundKind::Slides),
            part if part.starts_with("xl/") => workbook = true,
            _ => {}
        }
    }
    if workbook { None } else { Some(found) }
}

/// Tells what a decoded text is, when it is no table.
pub(super) fn of_text(text: &str) -> Option<FoundKind> {
    let start: String = text.trim_start().chars().take(2_000).collect();
    let lower = start.to_ascii_lowercase();
    if lower.starts_with("<?xml") || lower.starts_with('<') && lower.contains("xmlns") {
        let web = lower.contains("<html");
        let sheet = lower.contains("urn:schemas-microsoft-com:office:spreadsheet");
        return Some(match (web, sheet) {
            (true, _) => FoundKind::WebPage,
            (false, true) => FoundKind::XmlWorkbook,
            (false, false) => FoundKind::Xml,
        });
    }
    if [
        "<!doctype html",
        "<html",
        "<head",
        "<meta",
        "<table",
        "<body",
    ]
    .iter()
    .any(|tag| lower.starts_with(tag))
    {
        return Some(FoundKind::WebPage);
    }
    if lower.starts_with("{\"") || lower.starts_with("[{") {
        return Some(FoundKind::Json);
    }
    // Text has hardly any control characters: one in fifty is no accident, a handful may be.
    let (mut all, mut odd) = (0_usize, 0_usize);
    for character in text.chars().take(100_000) {
        all += 1;
        odd += usize::from(character.is_control() && !matches!(character, '\t' | '\n' | '\r'));
    }
    (odd > 4 && odd * 50 > all).then_some(FoundKind::Unknown)
}
