//! JPEG: a chain of segments and, between some of them, the picture itself. The libraries at hand take everything behind the first
//! scan for picture, with what was appended there; so the chain is followed here to its end.

use domain::attachments::Other;

use super::{check_size, orientation};

const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
const COMMENT: u8 = 0xfe;
const EXIF: &[u8] = b"Exif\0\0";
const COLOURS: &[u8] = b"ICC_PROFILE\0";

/// The picture without what stands beside it, and without anything behind its end.
pub(super) fn clean(bytes: &[u8]) -> Result<Vec<u8>, Other> {
    let mut kept = Kept {
        bytes: Vec::with_capacity(bytes.len()),
        oriented: false,
        sized: false,
    };
    kept.bytes.extend([0xff, 0xd8]);
    let mut at = 2;
    loop {
        let marker = marker(bytes, &mut at)?;
        match marker {
            END => break,
            // A second beginning is a picture in the picture.
            0xd8 => return Err(Other::Damaged),
            // Without a length: restarts stand only inside a scan, the others mean nothing here.
            0x01 | 0xd0..=0xd7 => continue,
            _ => {}
        }
        let length: [u8; 2] = bytes
            .get(at..at + 2)
            .and_then(|length| length.try_into().ok())
            .ok_or(Other::Damaged)?;
        let length = usize::from(u16::from_be_bytes(length));
        let content = bytes.get(at + 2..at + length).ok_or(Other::Damaged)?;
        at += length;
        kept.segment(marker, content)?;
        if marker == SCAN {
            let scan = &bytes[at..];
            let end = end_of_scan(scan).ok_or(Other::Damaged)?;
            kept.bytes.extend_from_slice(&scan[..end]);
            at += end;
        }
    }
    if !kept.sized {
        return Err(Other::Damaged);
    }
    kept.bytes.extend([0xff, END]);
    Ok(kept.bytes)
}

/// The next marker; any number of fill bytes may stand before it.
fn marker(bytes: &[u8], at: &mut usize) -> Result<u8, Other> {
    if bytes.get(*at) != Some(&0xff) {
        return Err(Other::Damaged);
    }
    while bytes.get(*at) == Some(&0xff) {
        *at += 1;
    }
    let marker = *bytes.get(*at).ok_or(Other::Damaged)?;
    *at += 1;
    Ok(marker)
}

/// Where a scan ends: at the first marker that is neither an escaped byte nor a restart.
fn end_of_scan(scan: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += scan.get(at..)?.iter().position(|byte| *byte == 0xff)?;
        match scan.get(at + 1)? {
            0x00 | 0xd0..=0xd7 => at += 2,
            0xff => at += 1,
            _ => return Some(at),
        }
    }
}

struct Kept {
    bytes: Vec<u8>,
    oriented: bool,
    sized: bool,
}

impl Kept {
    fn segment(&mut self, marker: u8, content: &[u8]) -> Result<(), Other> {
        match marker {
            // The density of the picture, without the small preview that may follow it.
            0xe0 if content.starts_with(b"JFIF\0") && content.len() >= 14 => {
                let mut content = content[..14].to_vec();
                content[12] = 0;
                content[13] = 0;
                self.write(marker, &content);
            }
            0xe1 if content.starts_with(EXIF) && !self.oriented => {
                if let Some(orientation) = orientation::of_tiff(&content[EXIF.len()..]) {
                    let tiff = orientation::as_tiff(orientation);
                    self.write(marker, &[EXIF, &tiff].concat());
                    self.oriented = true;
                }
            }
            0xe2 if content.starts_with(COLOURS) => self.write(marker, content),
            // How the colours are stored; without it some pictures turn green.
            0xee if content.starts_with(b"Adobe") && content.len() >= 12 => {
                self.write(marker, &content[..12]);
            }
            0xe0..=0xef | COMMENT | 0xf0..=0xfd => {}
            // The frame: precision, height, width. C4, C8 and CC are tables.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let [_, h1, h0, w1, w0, ..] = *content else {
                    return Err(Other::Damaged);
                };
                check_size(
                    u16::from_be_bytes([w1, w0]).into(),
                    u16::from_be_bytes([h1, h0]).into(),
                )?;
                self.sized = true;
                self.write(marker, content);
            }
            SCAN if !self.sized => return Err(Other::Damaged),
            _ => self.write(marker, content),
        }
        Ok(())
    }

    fn write(&mut self, marker: u8, content: &[u8]) {
        // A content comes from a segment, or is shorter than one.
        let length = u16::try_from(content.len() + 2).unwrap_or(u16::MAX);
        self.bytes.extend([0xff, marker]);
        self.bytes.extend(length.to_be_bytes());
        self.bytes.extend_from_slice(content);
    }
}
