//! What is said of photographs from public packages, and whether the networks say the same in other programs. The table
//! `photographs/photographs.tsv` has for each what is right to say of it, as someone wrote down who looked at it; what
//! the crate says had no part in it. `tools/labels.sh` fetches photographs and programs.

#![cfg(feature = "photographs")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use anyhow::{Context as _, ensure};
use image::ImageReader;
use image::imageops::FilterType;
use labels::{Label, Model, Options, Picture, Seen};

/// The share of what is said that must be right.
const PRECISION: f64 = 0.9;

/// The share of photographs with one subject of which something right must be said.
const RECALL: f64 = 0.75;

/// A class that is at least as sure as this is the surest in the original network, too: rounding the weights does not
/// turn it over.
const SURE: f32 = 0.3;

/// How far rounding the weights may move the confidence that there is a face.
const FACE_TOLERANCE: f32 = 0.1;

/// The longest side of what is handed over, in pixels: as of the views that are made of photos.
const VIEW_SIDE: u32 = 2048;

/// One of the set `test`.
struct Photograph {
    name: &'static str,
    /// Whether it has one subject, which fills at least a third of it and has a name among the labels. The others are
    /// streets, skies, patterns, things spread out, or animals that hide.
    plain: bool,
    right: Vec<&'static str>,
    inputs: [Vec<f32>; 2],
    seen: Seen,
    said: Vec<Label>,
}

impl Photograph {
    fn is_right(&self, label: &Label) -> bool {
        self.right.contains(&label.name)
    }
}

static PHOTOGRAPHS: LazyLock<Vec<Photograph>> =
    LazyLock::new(|| photographs().expect("tools/labels.sh fetches the photographs"));

fn photographs() -> anyhow::Result<Vec<Photograph>> {
    let folder = PathBuf::from(run(&["photographs", "test"])?.trim());
    let model = Model::load()?;
    let mut photographs = Vec::new();
    for line in include_str!("photographs/photographs.tsv").lines() {
        let ["test", kind, _, path, digest, right] = line.split('\t').collect::<Vec<_>>()[..] else {
            continue;
        };
        let photograph = ImageReader::open(folder.join(digest))?.with_guessed_format()?.decode()?;
        let view = if photograph.width().max(photograph.height()) > VIEW_SIDE {
            photograph.resize(VIEW_SIDE, VIEW_SIDE, FilterType::Lanczos3)
        } else {
            photograph
        };
        let view = view.to_rgb8();
        let picture = Picture::new(view.width(), view.height(), view.as_raw())?;
        let seen = model.see(picture)?;
        photographs.push(Photograph {
            name: path.rsplit('/').next().context("a path has a last part")?,
            plain: kind == "plain",
            right: right.split(", ").filter(|label| !label.is_empty()).collect(),
            inputs: Model::inputs(picture)?,
            said: model.select(&seen, &Options::default()),
            seen,
        });
    }
    Ok(photographs)
}

/// What `tools/labels.sh` prints.
fn run(arguments: &[&str]) -> anyhow::Result<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let output = Command::new(root.join("tools/labels.sh"))
        .args(arguments)
        .stderr(std::process::Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "tools/labels.sh {arguments:?}: {}", output.status);
    Ok(String::from_utf8(output.stdout)?)
}

/// What another program makes of the inputs of one of the networks.
fn reference(network: &str, input: usize) -> anyhow::Result<Vec<f32>> {
    let folder = tempfile::tempdir()?;
    let (inputs, outputs) = (folder.path().join("inputs"), folder.path().join("outputs"));
    let floats = PHOTOGRAPHS.iter().flat_map(|photograph| &photograph.inputs[input]);
    std::fs::write(&inputs, floats.flat_map(|float| float.to_le_bytes()).collect::<Vec<_>>())?;
    let path = |path: &Path| path.to_str().map(str::to_owned).context("a path in UTF-8");
    run(&["reference", network, &path(&inputs)?, &path(&outputs)?])?;
    let bytes = std::fs::read(outputs)?;
    Ok(bytes.as_chunks().0.iter().copied().map(f32::from_le_bytes).collect())
}

/// The surest class, and how sure it is.
fn surest(probabilities: &[f32]) -> (usize, f32) {
    let first = (0, f32::MIN);
    probabilities
        .iter()
        .copied()
        .enumerate()
        .fold(first, |best, next| if next.1 > best.1 { next } else { best })
}

#[test]
fn what_is_said_is_right() {
    let photographs: Vec<_> = PHOTOGRAPHS.iter().collect();
    assert!(photographs.len() >= 40, "{} photographs", photographs.len());
    let (mut said, mut right) = (0, 0);
    for photograph in &photographs {
        said += photograph.said.len();
        right += photograph.said.iter().filter(|label| photograph.is_right(label)).count();
        let wrong: Vec<_> = photograph.said.iter().filter(|label| !photograph.is_right(label)).collect();
        if !wrong.is_empty() {
            println!("{}: {wrong:?}, of {:?}", photograph.name, photograph.right);
        }
    }
    println!("{right} of {said} labels are right, on {} photographs", photographs.len());
    assert!(right as f64 >= PRECISION * said as f64, "{right} of {said} labels are right");
}

#[test]
fn something_right_is_said_of_most_subjects() {
    let has_right = |photograph: &&Photograph| photograph.said.iter().any(|label| photograph.is_right(label));
    let all = PHOTOGRAPHS.iter().filter(has_right).count();
    println!("{all} of all {} photographs have a right label", PHOTOGRAPHS.len());
    let plain: Vec<_> = PHOTOGRAPHS.iter().filter(|photograph| photograph.plain).collect();
    for photograph in plain.iter().filter(|photograph| !has_right(photograph)) {
        println!("{}: {:?} and nothing of {:?}", photograph.name, photograph.said, photograph.right);
    }
    let right = plain.iter().copied().filter(has_right).count();
    println!("{right} of {} photographs with one subject have a right label", plain.len());
    assert!(plain.len() >= 40 && right as f64 >= RECALL * plain.len() as f64, "{right} of {}", plain.len());
}

#[test]
fn nobody_is_called_an_animal() {
    const ANIMALS: &str = "animal";
    let nodes = labels::nodes(labels::THRESHOLD);
    let is_animal = |name: &str| {
        name == ANIMALS || nodes.iter().any(|node| node.name == name && node.broader.contains(&ANIMALS))
    };
    let people: Vec<_> =
        PHOTOGRAPHS.iter().filter(|photograph| photograph.right.contains(&"person")).collect();
    assert!(people.len() >= 30, "{} photographs of people", people.len());
    for photograph in people {
        for label in &photograph.said {
            assert!(!is_animal(label.name), "{}: {label:?}", photograph.name);
        }
    }
}

#[test]
fn the_embedded_networks_are_the_published_ones() {
    run(&["convert"]).expect("the converted networks are those in labels/models");
}

#[test]
fn onnx_runtime_finds_the_same_class_with_the_same_weights() -> anyhow::Result<()> {
    for (photograph, expected) in PHOTOGRAPHS.iter().zip(reference("embedded", 0)?.chunks_exact(1000)) {
        let probabilities = &photograph.seen.probabilities;
        assert_eq!(surest(probabilities).0, surest(expected).0, "{}", photograph.name);
        let furthest = probabilities.iter().zip(expected).map(|(ours, theirs)| (ours - theirs).abs());
        let furthest = furthest.fold(0.0, f32::max);
        assert!(furthest < 1e-3, "{}: {furthest}", photograph.name);
    }
    Ok(())
}

#[test]
fn onnx_runtime_finds_the_same_class_with_the_original_weights_if_it_is_sure() -> anyhow::Result<()> {
    let (mut same, mut sure) = (0, 0);
    for (photograph, expected) in PHOTOGRAPHS.iter().zip(reference("original", 0)?.chunks_exact(1000)) {
        let (ours, (theirs, confidence)) = (surest(&photograph.seen.probabilities), surest(expected));
        same += usize::from(ours.0 == theirs);
        if confidence >= SURE || ours.1 >= SURE {
            sure += 1;
            assert_eq!(ours.0, theirs, "{}", photograph.name);
        }
    }
    println!("the same class for {same} of {} photographs, of which {sure} are sure", PHOTOGRAPHS.len());
    Ok(())
}

#[test]
fn litert_finds_the_same_faces() -> anyhow::Result<()> {
    let expected = reference("detector", 1)?;
    let mut sum = 0.0;
    for (photograph, expected) in PHOTOGRAPHS.iter().zip(&expected) {
        let distance = (photograph.seen.face - expected).abs();
        assert!(
            distance < FACE_TOLERANCE,
            "{}: {} instead of {expected}",
            photograph.name,
            photograph.seen.face
        );
        sum += distance;
    }
    println!("{} apart in the mean", sum / expected.len() as f32);
    Ok(())
}
