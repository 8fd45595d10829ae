//! Styles: as text (`texts`), arbitrary ones (`arbitrary`), and what other programs make of the drawn files (`drawn`).

mod arbitrary;
mod drawn;
mod texts;

use qr::Logo;

fn logo() -> Logo {
    Logo::read(include_bytes!("../logo.png")).expect("it is a PNG of ours")
}
