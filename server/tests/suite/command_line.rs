//! The commands that talk to a server, with the real program on both sides. Not here: what a server can do wrong, and
//! terminals (the tests of `client`).

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Output, Stdio};

use serde_json::Value;
use tempfile::tempdir;

use crate::support::{Program, jpeg, qrate, qrate_command, qrate_with_input};

/// A command for a server.
struct Client<'a>(&'a str);

impl Client<'_> {
    fn run(&self, arguments: &[&str]) -> Output {
        qrate(&[arguments, &["--server", self.0]].concat())
    }

    /// Its output, without a complaint.
    #[track_caller]
    fn fine(&self, arguments: &[&str]) -> String {
        text(&self.run(arguments))
    }

    #[track_caller]
    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.fine(&[arguments, &["--json"]].concat())).unwrap()
    }

    /// That it fails with this code and says this.
    #[track_caller]
    fn fails(&self, arguments: &[&str], code: i32, why: &str) {
        let output = self.run(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(code) && said.contains(why), "{arguments:?}: {said}");
        assert!(said.starts_with("qrate: ") && !said.contains("panic"), "{said}");
    }
}

#[track_caller]
fn text(output: &Output) -> String {
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

#[test]
fn code_is_added_listed_changed_removed_and_restored() {
    let folder = tempdir().unwrap();
    let mut program = Program::start(&folder.path().join("data"));
    let client = Client(&program.url);
    let picture = path(folder.path(), "a.svg");
    let added =
        client.json(&["add", "https://example.org/", "--name", "Menu", "--label", "lunch", "-o", &picture]);
    assert_eq!((added["kind"].as_str(), added["entry"]["id"].as_u64()), (Some("added"), Some(1)));
    assert!(std::fs::read_to_string(&picture).unwrap().starts_with("<svg"));
    let wifi = ["add", "--kind", "wifi", "--field", "network=Guests", "--field", "password=come on in", "-q"];
    assert_eq!(client.fine(&wifi), "2\n");

    let table = client.fine(&["ls"]);
    assert!(table.lines().count() == 3 && table.contains("Wi-Fi network Guests"), "{table}");
    assert!(client.fine(&["ls", "--label", "lunch", "--kind", "code"]).contains("https://example.org/"));
    let lines = client.fine(&["ls", "--json"]);
    let ids: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].clone()).collect();
    assert_eq!(ids, [2, 1]);

    let labelled = client.json(&["label", "1", "--add", "printed", "--remove", "LUNCH", "--name", "Dinner"]);
    assert_eq!(labelled["entry"]["labels"][0]["name"], "printed");
    assert_eq!(labelled["entry"]["name"], "Dinner");

    assert!(client.fine(&["rm", "1", "2"]).starts_with("Removed 1: "));
    client.fails(&["get", "1", "-o", "-"], 3, "");
    client.fails(&["label", "1", "--add", "x"], 3, "");
    assert!(client.fine(&["restore", "1"]).starts_with("Restored 1: "));
    assert_eq!(client.fine(&["rm", "1", "2", "--purge"]), "Purged 1\nPurged 2\n");
    client.fails(&["restore", "1"], 3, "1: ");
    program.stop();
}

#[test]
fn page_of_an_added_code_answers() {
    let folder = tempdir().unwrap();
    let mut program = Program::start_with(&folder.path().join("data"), &["--base-path", "/qrate/"]);
    let said = Client(&program.url).fine(&["add", "a"]);
    let page = said.trim_end().strip_prefix("Added 1: ").unwrap();
    assert!(page.starts_with(&program.url) && page.contains("/qrate/"), "{page}");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    assert_eq!(runtime.block_on(reqwest::get(page)).unwrap().status(), 200);
    program.stop();
}

#[test]
fn drawn_and_downloaded_pictures_are_the_same() {
    let folder = tempdir().unwrap();
    let mut program = Program::start(&folder.path().join("data"));
    let client = Client(&program.url);
    let look = ["--look", "shape=dots&ink=0b3d91", "--level", "Q"];
    client.fine(&[&["add", "hello"][..], &look].concat());
    for format in ["png", "svg", "pdf", "txt"] {
        let (ours, theirs) =
            (path(folder.path(), &format!("a.{format}")), path(folder.path(), &format!("b.{format}")));
        text(&qrate(&[&["draw", "hello", "-o", &ours][..], &look].concat()));
        client.fine(&["get", "1", "--format", format, "-o", &theirs]);
        assert!(std::fs::read(ours).unwrap() == std::fs::read(theirs).unwrap(), "{format}");
    }
    let png = path(folder.path(), "a.png");
    assert_eq!(text(&qrate(&["read", &png])), "hello\n");
    client.fails(&["get", "1", "-o", &png], 2, "--force");
    client.fine(&["get", "1", "--size", "512", "-o", &png, "--force"]);
    assert_eq!(image::open(&png).unwrap().width(), 512);
    program.stop();
}

#[test]
fn labels_are_printed_into_a_file() {
    let folder = tempdir().unwrap();
    let mut program = Program::start(&folder.path().join("data"));
    let client = Client(&program.url);
    for text in ["one", "two", "three"] {
        client.fine(&["add", text, "--label", "printed"]);
    }
    let pdf = path(folder.path(), "a.pdf");
    let pages = |pdf: &str| {
        let bytes = std::fs::read(pdf).unwrap();
        let page = b"/Type/Page/";
        assert!(bytes.starts_with(b"%PDF-1.4"));
        bytes.windows(page.len()).filter(|window| window == page).count()
    };
    client.fine(&[
        "sheet",
        "3",
        "1",
        "--format",
        "avery-5160",
        "--copies",
        "16",
        "--words",
        "number",
        "-o",
        &pdf,
    ]);
    assert_eq!(pages(&pdf), 2);
    let roll = [
        "paper=own",
        "width=62",
        "height=29",
        "columns=1",
        "rows=1",
        "left=1",
        "right=1",
        "top=1",
        "bottom=1",
    ];
    let roll = roll.iter().flat_map(|field| ["--set", field]);
    let roll: Vec<&str> = ["sheet", "--label", "printed", "--format", "free", "-o", &pdf, "--force"]
        .into_iter()
        .chain(roll)
        .collect();
    client.fine(&roll);
    assert_eq!(pages(&pdf), 3);
    client.fails(&["sheet", "1", "-o", &pdf], 2, "--force");
    client.fails(
        &["sheet", "--search", "nothing", "-o", &path(folder.path(), "b.pdf")],
        4,
        "Nothing can be printed",
    );
    program.stop();
}

#[test]
fn photo_is_uploaded_and_downloaded() {
    let folder = tempdir().unwrap();
    let mut program = Program::start(&folder.path().join("data"));
    let client = Client(&program.url);
    let (photo, copy) = (path(folder.path(), "IMG_1.jpg"), path(folder.path(), "copy.jpg"));
    std::fs::write(&photo, jpeg(640, 480, [1, 2, 3])).unwrap();
    let added = client.json(&["upload", &photo, "--recipe", "flip"]);
    assert_eq!((added["entry"]["id"].as_u64(), added["entry"]["kind"].as_str()), (Some(1), Some("photo")));
    assert!(client.fine(&["upload", &photo]).contains("the same file as 1"));
    client.fine(&["get", "1", "-o", &copy]);
    assert_eq!(std::fs::read(&photo).unwrap(), std::fs::read(copy).unwrap());
    let file = client.json(&["upload", &photo, "--as-file", "--name", "kept.jpg"]);
    assert_eq!(file["entry"]["photo"]["recipe"], "none", "nothing is changed in it");
    client.fails(&["upload", "/nowhere/a.jpg"], 1, "cannot be read");
    program.stop();
}

#[test]
fn each_line_is_saved_and_each_bad_one_named() {
    let folder = tempdir().unwrap();
    let mut program = Program::start(&folder.path().join("data"));
    let mut input: Vec<String> = (0..1_000).map(|n| format!("https://example.org/{n}")).collect();
    input[499] = "x".repeat(4_000);
    let arguments = ["add", "-", "-q", "--server", &program.url];
    let output = qrate_with_input(&arguments, input.join("\n").as_bytes());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains("line 500: The text is") && said.contains("1 line was not saved."), "{said}");
    let ids = String::from_utf8(output.stdout).unwrap();
    assert_eq!(ids.lines().count(), 999);
    let client = Client(&program.url);
    assert_eq!(client.fine(&["ls", "--all", "--json"]).lines().count(), 999);
    program.stop();
}

#[test]
fn each_error_has_its_exit_code() {
    let folder = tempdir().unwrap();
    let mut program = Program::start(&folder.path().join("data"));
    let url = program.url.clone();
    let client = Client(&url);
    for (arguments, code, why) in [
        (&["get", "7", "-o", "-"][..], 3, ""),
        (&["rm", "7"], 3, "7: "),
        (&["restore", "7"], 3, "7: "),
        (&["label", "7", "--add", "a"], 3, ""),
        (&["add", " "], 4, "Enter a text first."),
        (&["add", "a", "--look", "shape=stars"], 4, "shape"),
        (&["add", "--kind", "wifi"], 4, "network"),
    ] {
        client.fails(arguments, code, why);
    }
    for arguments in [
        &["ls", "--space", "No"][..],
        &["ls", "--kind", "x"],
        &["add"],
        &["get", "x"],
        &["add", "--kind", "poem", "--field", "a=b"],
    ] {
        assert_eq!(client.run(arguments).status.code(), Some(2), "{arguments:?}");
    }
    program.stop();
    client.fails(&["ls", "--retries", "0"], 5, "No answer from");
}

#[test]
fn hostile_names_are_escaped() {
    let folder = tempdir().unwrap();
    let mut program = Program::start(&folder.path().join("data"));
    let client = Client(&program.url);
    client.fine(&["add", "a\u{1b}[2J\nb\u{202e}"]);
    let table = client.fine(&["ls"]);
    assert!(table.contains(r"a\u{1b}[2J\nb\u{202e}") && !table.contains('\u{1b}'), "{table}");
    program.stop();
}

/// A watch, and what it prints.
fn watch(server: &str) -> (Child, BufReader<ChildStdout>) {
    let mut command = qrate_command(&["watch", "--json", "--after", "0", "--server", server]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    (child, stdout)
}

fn next_seq(stdout: &mut BufReader<ChildStdout>) -> u64 {
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    serde_json::from_str::<Value>(&line).unwrap()["seq"].as_u64().unwrap()
}

#[test]
fn watch_survives_stops_and_kills_without_a_gap() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    let mut program = Program::start(&data);
    let (url, mut seq) = (program.url.clone(), 0);
    let listen = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let client = Client(&url);
    client.fine(&["add", "first", "-q"]);
    let (child, mut stdout) = watch(&url);
    let mut expect = |stdout: &mut BufReader<ChildStdout>, upto: u64| {
        while seq < upto {
            seq += 1;
            assert_eq!(next_seq(stdout), seq);
        }
    };
    expect(&mut stdout, 1);
    for round in 1..=4 {
        client.fine(&["add", "before", "-q"]);
        if u64::is_multiple_of(round, 2) {
            program.kill();
        } else {
            program.stop();
        }
        program = Program::start_with(&data, &["--listen", &listen]);
        // Saved before the watch may be back.
        client.fine(&["add", "after", "-q"]);
        expect(&mut stdout, 1 + 2 * round);
    }
    let interrupted = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupted.unwrap().success());
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success(), "{done:?}");
    program.stop();
}

#[test]
fn completions_and_manual_pages_describe_the_whole_program() {
    let folder = tempdir().unwrap();
    let script = text(&qrate(&["completions", "bash"]));
    let pages = path(folder.path(), "man1");
    text(&qrate(&["man", "-o", &pages]));
    for command in ["serve", "worker", "check", "export", "import", "doctor", "setup", "add", "watch", "draw"]
    {
        assert!(script.contains(command), "{command}");
        assert!(Path::new(&pages).join(format!("qrate-{command}.1")).is_file(), "{command}");
    }
    assert!(text(&qrate(&["man"])).contains("Serve the pages"));
}
