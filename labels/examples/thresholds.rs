//! What the photographs of the set `thresholds` get at several thresholds: `thresholds FOLDER`, as `tools/labels.sh`
//! fetches them. The table's last column has what is right among all that is said at 0.3; the default threshold was
//! chosen with this.

use std::path::PathBuf;

use anyhow::Context as _;
use image::ImageReader;
use labels::{Model, Options, Picture};

fn main() -> anyhow::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).context("usage: thresholds FOLDER")?);
    let model = Model::load()?;
    let mut photographs = Vec::new();
    for line in include_str!("../tests/photographs/photographs.tsv").lines() {
        let ["thresholds", _, _, path, digest, right] = line.split('\t').collect::<Vec<_>>()[..] else {
            continue;
        };
        let rgb = ImageReader::open(folder.join(digest))?.with_guessed_format()?.decode()?.to_rgb8();
        let seen = model.see(Picture::new(rgb.width(), rgb.height(), rgb.as_raw())?)?;
        photographs.push((path, right.split(", ").collect::<Vec<_>>(), seen));
    }
    println!("threshold  said  right  precision  photographs with a right label of {}", photographs.len());
    for threshold in [0.3_f32, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7] {
        let options = Options { threshold, ..Options::default() };
        let (mut said, mut right, mut with) = (0_u32, 0_u32, 0_u32);
        for (path, correct, seen) in &photographs {
            let labels = model.select(seen, &options);
            let found = labels.iter().filter(|label| correct.contains(&label.name)).count();
            said += u32::try_from(labels.len())?;
            right += u32::try_from(found)?;
            with += u32::from(found > 0);
            for label in labels.iter().filter(|label| !correct.contains(&label.name)) {
                if threshold.to_bits() == labels::THRESHOLD.to_bits() {
                    println!("  wrong at {threshold}: {path}: {} {:.2}", label.name, label.confidence);
                }
            }
        }
        println!(
            "{threshold:<9}  {said:>4}  {right:>5}  {:>9.3}  {with}",
            f64::from(right) / f64::from(said)
        );
    }
    Ok(())
}
