//! PNG and WebP: chains of chunks, of which those that make the picture are kept.

use domain::attachments::Other;
use img_parts::Bytes;
use img_parts::png::{Png, PngChunk};
use img_parts::riff::{RiffChunk, RiffContent};
use img_parts::webp::WebP;

use super::{check_size, orientation};

/// What makes a PNG look as it does. Texts, times, Exif, the parts of an animation and what only one program knows are left out.
const PNG_KEPT: [&[u8; 4]; 12] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT",
    b"pHYs", b"bKGD",
];

/// What makes a WebP look as it does.
const WEBP_KEPT: [&[u8; 4]; 5] = [b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ICCP"];

/// The flag of an animation in the head of a WebP.
const MOVES: u8 = 0x02;
/// The flags of Exif and XMP there.
const NOTES: u8 = 0x08 | 0x04;
/// The flag of Exif alone.
const EXIF: u8 = 0x08;

/// A PNG without what stands beside the picture or behind it.
pub(super) fn png(bytes: &[u8]) -> Result<Vec<u8>, Other> {
    let mut png = Png::from_bytes(Bytes::copy_from_slice(bytes)).map_err(|_| Other::Damaged)?;
    let head = png.chunk_by_type(*b"IHDR").ok_or(Other::Damaged)?;
    let head = head.contents();
    let side = |at: usize| {
        let side: [u8; 4] = head.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_be_bytes(side))
    };
    let (width, height) = side(0).zip(side(4)).ok_or(Other::Damaged)?;
    check_size(width, height)?;
    let orientation = png
        .chunk_by_type(*b"eXIf")
        .and_then(|exif| orientation::of_tiff(exif.contents()));
    let mut ended = false;
    png.chunks_mut().retain(|chunk| {
        let kept = !ended && PNG_KEPT.iter().any(|kind| **kind == chunk.kind());
        ended |= chunk.kind() == *b"IEND";
        kept
    });
    let whole = ended && png.chunk_by_type(*b"IDAT").is_some();
    if !whole {
        return Err(Other::Damaged);
    }
    if let Some(orientation) = orientation {
        let exif = PngChunk::new(*b"eXIf", orientation::as_tiff(orientation).into());
        png.chunks_mut().insert(1, exif);
    }
    Ok(png.encoder().bytes().to_vec())
}

/// A WebP without what stands beside the picture or behind it.
pub(super) fn webp(bytes: &[u8]) -> Result<Vec<u8>, Other> {
    let mut webp = WebP::from_bytes(Bytes::copy_from_slice(bytes)).map_err(|_| Other::Damaged)?;
    let moves = webp.chunk_by_id(*b"VP8X").is_some_and(|head| {
        head.content()
            .data()
            .is_some_and(|head| head.first().is_some_and(|flags| flags & MOVES != 0))
    });
    if moves || webp.has_chunk(*b"ANIM") || webp.has_chunk(*b"ANMF") {
        return Err(Other::Animated);
    }
    let (width, height) = webp.dimensions().ok_or(Other::Damaged)?;
    check_size(width, height)?;
    let orientation = webp
        .chunk_by_id(*b"EXIF")
        .and_then(|exif| exif.content().data())
        .and_then(|exif| orientation::of_tiff(exif.strip_prefix(b"Exif\0\0").unwrap_or(exif)));
    webp.chunks_mut()
        .retain(|chunk| WEBP_KEPT.iter().any(|kind| **kind == chunk.id()));
    if !webp.has_chunk(*b"VP8 ") && !webp.has_chunk(*b"VP8L") {
        return Err(Other::Damaged);
    }
    let mut extended = false;
    for chunk in webp.chunks_mut() {
        if chunk.id() != *b"VP8X" {
            continue;
        }
        if let RiffContent::Data(head) = chunk.content_mut() {
            let mut flags = head.to_vec();
            let first = flags.first_mut().ok_or(Other::Damaged)?;
            *first &= !NOTES;
            if orientation.is_some() {
                *first |= EXIF;
            }
            *head = flags.into();
            extended = true;
        }
    }
    // Without the extended head there is no place for an orientation, and no camera writes one.
    if let Some(orientation) = orientation.filter(|_| extended) {
        let exif = RiffContent::Data(orientation::as_tiff(orientation).into());
        webp.chunks_mut().push(RiffChunk::new(*b"EXIF", exif));
    }
    Ok(webp.encoder().bytes().to_vec())
}
