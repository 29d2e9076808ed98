//! Which way up a picture is: the one thing of a camera's notes that is kept, because without it the picture lies on its side.

/// The tag of the orientation.
const ORIENTATION: u16 = 0x0112;

/// The orientation in a TIFF header with its first directory, as Exif has it: from 2 to 8; `None` for the usual one, or none.
pub(super) fn of_tiff(tiff: &[u8]) -> Option<u8> {
    let little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let two = |at: usize| {
        let bytes: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if little {
            u16::from_le_bytes(bytes)
        } else {
            u16::from_be_bytes(bytes)
        })
    };
    let four = |at: usize| {
        let bytes: [u8; 4] = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if little {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        })
    };
    let directory = usize::try_from(four(4)?).ok()?;
    let entries = usize::from(two(directory)?);
    (0..entries)
        .map_while(|number| directory.checked_add(2 + number * 12))
        .find(|at| two(*at) == Some(ORIENTATION))
        .and_then(|at| two(at.checked_add(8)?))
        .and_then(|value| u8::try_from(value).ok())
        .filter(|value| (2..=8).contains(value))
}

/// A TIFF header that says the orientation and nothing else.
pub(super) fn as_tiff(orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0*\0\0\0\x08\0\x01".to_vec();
    // One entry: the tag, one number of two bytes, the value; then no further directory.
    tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    tiff.extend([0; 4]);
    tiff
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_orientation_is_read_back() {
        for orientation in 2..=8 {
            assert_eq!(of_tiff(&as_tiff(orientation)), Some(orientation));
        }
        assert_eq!(of_tiff(&as_tiff(1)), None);
        assert_eq!(of_tiff(&as_tiff(9)), None);
        let little = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        assert_eq!(of_tiff(little), Some(6));
    }

    proptest! {
        #[test]
        fn law_nothing_makes_it_fall_over(mut bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = of_tiff(&bytes);
            for (place, mark) in bytes.iter_mut().zip(b"MM\0*") {
                *place = *mark;
            }
            let _ = of_tiff(&bytes);
        }
    }
}
