//! Compositing of colours.

/// A colour of some opacity over another one (Porter and Duff's "over").
pub(super) fn over(under: [u8; 4], colour: [u8; 3], alpha: u8) -> [u8; 4] {
    let [red, green, blue] = colour;
    if alpha == 255 {
        return [red, green, blue, 255];
    }
    let (alpha, under_alpha) = (u32::from(alpha), u32::from(under[3]));
    let (above, below) = (alpha * 255, under_alpha * (255 - alpha));
    let whole = above + below;
    if whole == 0 {
        return [0; 4];
    }
    let part = |colour: u8, under: u8| {
        byte((u32::from(colour) * above + u32::from(under) * below + whole / 2) / whole)
    };
    [part(red, under[0]), part(green, under[1]), part(blue, under[2]), byte((whole + 127) / 255)]
}

pub(super) fn byte(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_composited() {
        assert_eq!(over([9, 9, 9, 255], [200, 100, 0], 255), [200, 100, 0, 255]);
        assert_eq!(over([0, 0, 0, 255], [255, 100, 0], 51), [51, 20, 0, 255]);
        assert_eq!(over([0, 0, 0, 0], [200, 100, 0], 51), [200, 100, 0, 51], "its own colour on nothing");
        assert_eq!(over([0, 0, 0, 0], [200, 100, 0], 0), [0; 4]);
        assert_eq!(over([255, 255, 255, 128], [0, 0, 0], 128), [85, 85, 85, 192]);
    }
}
