//! Command lines and pictures that nobody would write, by the thousand: what the command line promises holds for them.
//!
//! `LINES=50000 cargo test --test hostile` tries more of them; they are the same at every run.

use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::collections::BTreeMap;
use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::io::Cursor;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use worked_examples::math::read_png;

/// The programs, and what makes one that trains quick.
const PROGRAMS: [(&str, &[&str]); 8] = [
    ("conv_backprop", &[]),
    ("relu_filter_update", &[]),
    ("laplacian", &[]),
    ("categorical_accuracy", &[]),
    ("book", &[]),
    ("resnet_shortcut", &[]),
    ("velocity_heads", &["--train-size", "32", "--epochs", "1", "--hidden", "4"]),
    ("multilabel_softmax", &["--epochs", "1"]),
];
/// So many of them answer at once.
const QUICK: usize = 5;

const NUMBERS: &[&str] =
    &["0", "1", "-1", "2", ".5", "1/3", "-7/9", "3e-2", "1e400", "1e-400", "-0", "12345678901234567890"];
const PIECES: &[&str] = &[
    "1",
    "0",
    "9",
    "-",
    "+",
    ".",
    "/",
    "e",
    " ",
    ";",
    ",",
    "\t",
    "\n",
    "@",
    "@in.txt",
    "\u{1b}[31m",
    "\u{9b}",
    "\u{7f}",
    "\u{202e}",
    "\u{200b}",
    "–",
    "½",
    "%",
    "(",
    "]",
    "|",
    "`",
    "<b>",
    "$",
    "inf",
    "NaN",
    "None",
    "--full",
    "é",
    "💥",
];
const PATHS: &[&str] = &[
    "in.txt",
    "./in.txt",
    "page",
    "page.md",
    "page.html",
    "page.json",
    "new/figures",
    "folder",
    "folder/",
    ".",
    "..",
    "",
    "pipe",
    "folder/../page",
    "link",
    "/dev/null",
    "/dev/full",
    "/dev/stdout",
    "/dev/fd/1",
    "/dev/stderr",
    "/dev/tty7",
    "none/page",
    "in.txt/page",
    "a b)#?%|`<b>.md",
    "\u{1b}[2J\n",
    "\u{202e}page.md",
    "picture.png",
    "large.png",
];

type Folder = BTreeMap<PathBuf, Option<Vec<u8>>>;

fn lines() -> u64 {
    std::env::var("LINES").ok().map_or(1_000, |lines| lines.parse().expect("LINES is a number"))
}

fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let profile = test.parent().and_then(Path::parent).expect("a test lies in target/<profile>/deps");
    profile.join("examples").join(name.to_owned() + EXE_SUFFIX)
}

/// The options of a program and the names of their values, as its help lists them.
fn options(name: &str) -> Vec<(String, String)> {
    let help = Command::new(program(name))
        .arg("--help")
        .output()
        .expect("run all tests, or build the examples first");
    let help = String::from_utf8(help.stdout).expect("text");
    let words = help.lines().filter_map(|line| line.trim_start().strip_prefix("--"));
    let options = words.map(|words| {
        let (option, value) = words.split_once(' ').unwrap_or((words, ""));
        let value = value.trim_start().strip_prefix('<').and_then(|value| value.split('>').next());
        (format!("--{option}"), value.unwrap_or_default().to_owned())
    });
    options.filter(|(option, _)| option != "--help").collect()
}

fn picked<'a>(rng: &mut Pcg64Mcg, texts: &[&'a str]) -> &'a str {
    texts.choose(rng).copied().unwrap_or_default()
}

fn joined(rng: &mut Pcg64Mcg, count: RangeInclusive<usize>, texts: &[&str], separator: &str) -> String {
    let count = rng.random_range(count);
    (0..count).map(|_| picked(rng, texts)).collect::<Vec<_>>().join(separator)
}

fn matrix(rng: &mut Pcg64Mcg) -> String {
    let columns = rng.random_range(1..=4);
    let rows = rng.random_range(1..=4);
    let tame = rng.random_bool(0.7);
    let numbers = if tame { &NUMBERS[..8] } else { NUMBERS };
    (0..rows).map(|_| joined(rng, columns..=columns, numbers, " ")).collect::<Vec<_>>().join("; ")
}

/// Mostly what is asked for, and sometimes anything.
fn value(rng: &mut Pcg64Mcg, kind: &str) -> String {
    if rng.random_bool(0.2) {
        return joined(rng, 0..=8, PIECES, "");
    }
    match kind {
        "FORMAT" => picked(rng, &["terminal", "markdown", "html", "json", "JSON", ""]).to_owned(),
        "PATH" | "DIR" | "PATH.png" => picked(rng, PATHS).to_owned(),
        "N" | "SEED" => {
            picked(rng, &["0", "1", "2", "7", "30", "31", "200", "-1", "1e3", "18446744073709551615"])
                .to_owned()
        }
        "NUMBER" => picked(rng, NUMBERS).to_owned(),
        "ANSWERS" => {
            let names = ["a1", "d_kernel_2", "loss", "response", "target", "iou", "decoded", "x", ""];
            let name = picked(rng, &names);
            format!("{name} = {}", matrix(rng))
        }
        "BOX" | "NUMBERS" | "BEFORE AFTER" | "ROW" | "INDICES" => joined(rng, 1..=5, NUMBERS, " "),
        _ => matrix(rng),
    }
}

fn command_line(
    rng: &mut Pcg64Mcg,
    (name, quick): (&str, &[&str]),
    options: &[(String, String)],
) -> Vec<String> {
    let mut line: Vec<_> = quick.iter().map(|&word| word.to_owned()).collect();
    for _ in 0..rng.random_range(0..=4) {
        let (option, kind) = options.choose(rng).expect("there are options");
        // Where it may write, the book is told, which takes long.
        let value = if name == "book" {
            picked(rng, &["in.txt", "pipe", "in.txt/below", ""]).to_owned()
        } else {
            value(rng, kind)
        };
        match rng.random_range(0..20) {
            0 => line.push(value),
            1 => line.push(option.clone()),
            2..10 if !kind.is_empty() => line.push(format!("{option}={value}")),
            _ if kind.is_empty() => line.push(option.clone()),
            _ => line.extend([option.clone(), value]),
        }
    }
    // No argument of a program can hold a zero byte.
    line.iter().map(|word| word.replace('\0', "")).collect()
}

fn prepared(folder: &Path) -> Folder {
    fs::write(folder.join("in.txt"), "1 2; 3 4").expect("a file");
    fs::create_dir(folder.join("folder")).expect("a folder");
    fs::write(folder.join("picture.png"), picture(&mut Pcg64Mcg::seed_from_u64(0))).expect("a file");
    fs::write(folder.join("large.png"), chunks(&[(*b"IHDR", header([1 << 20; 2], [8, 2, 0]))]))
        .expect("a file");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("in.txt", folder.join("link")).expect("a link");
        Command::new("mkfifo").arg(folder.join("pipe")).status().expect("a pipe");
    }
    listing(folder)
}

/// All that lies in a folder, with the bytes of the files.
fn listing(folder: &Path) -> Folder {
    let mut found = Folder::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(listing(&path));
        }
        let bytes = path.is_file().then(|| fs::read(&path).expect("a file"));
        found.insert(path, bytes);
    }
    found
}

/// But for the invisible operators that a formula on a page is read out by.
fn is_unseen(c: char) -> bool {
    c.is_control() && c != '\n'
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2065}'..='\u{206f}' | '\u{feff}')
}

/// What is broken of what the command line promises, if anything.
fn broken(line: &[String], output: &Output, before: &Folder, after: &Folder) -> Option<&'static str> {
    let [Ok(page), Ok(error)] = [&output.stdout, &output.stderr].map(|bytes| std::str::from_utf8(bytes))
    else {
        return Some("it prints what is no text");
    };
    let is_line = error.starts_with("error: ") && error.ends_with('\n') && error.lines().count() == 1;
    let changed = after.iter().filter(|(path, bytes)| before.get(*path) != Some(bytes));
    let pages = changed.filter(|(path, _)| path.extension().is_none_or(|end| end != "png"));
    // What stands behind these is written, and not read.
    let writes = |word: &str| word.starts_with("--output") || word.starts_with("--figures");
    let before_each = std::iter::once("").chain(line.iter().map(String::as_str));
    let is_read = line
        .iter()
        .zip(before_each)
        .any(|(word, before)| word.contains("@in.txt") && !writes(word) && !writes(before));
    let is_unchanged = |name: &str| {
        before.iter().any(|(path, bytes)| path.ends_with(name) && after.get(path) == Some(bytes))
    };
    let mut texts = pages.filter_map(|(_, bytes)| bytes.as_ref()).map(|bytes| String::from_utf8_lossy(bytes));
    match output.status.code() {
        _ if error.contains(is_unseen) || page.contains(is_unseen) => Some("it prints what cannot be seen"),
        _ if texts.any(|text| text.contains(is_unseen)) => Some("it writes what cannot be seen"),
        _ if is_read && !is_unchanged("in.txt") => Some("its input has changed"),
        Some(0) if error.is_empty() => None,
        // Somebody's numbers were marked, and not all are right.
        Some(3) if error.is_empty() && line.iter().any(|word| word.starts_with("--check")) => None,
        Some(2) if !is_line || error.chars().count() > 400 => Some("it does not refuse in one line"),
        Some(2) if !page.is_empty() => Some("it prints and refuses"),
        Some(2) if before != after => Some("it writes and refuses"),
        Some(2) => None,
        _ => Some("it ends as no program should"),
    }
}

fn expect_promises(number: u64, programs: &[Vec<(String, String)>]) {
    let mut rng = Pcg64Mcg::seed_from_u64(number);
    // Those that take long take their turn less often.
    let is_quick = rng.random_bool(0.85);
    let which = rng.random_range(if is_quick { 0..QUICK } else { QUICK..PROGRAMS.len() });
    let line = command_line(&mut rng, PROGRAMS[which], &programs[which]);
    let run = || {
        let folder = tempfile::tempdir().expect("a folder");
        let before = prepared(folder.path());
        let mut command = Command::new(program(PROGRAMS[which].0));
        // No browser is found.
        let command = command.args(&line).current_dir(folder.path()).env("PATH", "").stdin(Stdio::null());
        let output = command.output().expect("it starts");
        let after = listing(folder.path());
        let broken = broken(&line, &output, &before, &after);
        assert_eq!(broken, None, "line {number}: {} {line:?}\n{output:?}", PROGRAMS[which].0);
        let relative = |(path, bytes): (PathBuf, _)| {
            (path.strip_prefix(folder.path()).expect("below").to_owned(), bytes)
        };
        (output, after.into_iter().map(relative).collect::<Folder>())
    };
    let once = run();
    let is_measured = line.iter().any(|word| word.starts_with("--timings"));
    if once.0.status.success() && number.is_multiple_of(4) && !is_measured {
        assert_eq!(run(), once, "line {number}: {line:?}");
    }
}

#[test]
fn whatever_the_line_the_promises_hold() {
    let programs = PROGRAMS.map(|(name, _)| options(name));
    assert!(programs.iter().all(|options| !options.is_empty()) && programs[0].len() > 10);
    let threads = thread::available_parallelism().map_or(1, usize::from) as u64;
    thread::scope(|scope| {
        for first in 0..threads {
            let programs = &programs;
            scope.spawn(move || {
                for number in (first..lines()).step_by(usize::try_from(threads).expect("few")) {
                    expect_promises(number, programs);
                }
            });
        }
    });
}

/// The fields of a header: width and height; depth, colour type and interlacing.
fn header(size: [u32; 2], [depth, color, interlaced]: [u8; 3]) -> Vec<u8> {
    [&size[0].to_be_bytes()[..], &size[1].to_be_bytes(), &[depth, color, 0, 0, interlaced]].concat()
}

/// A PNG of chunks with the checksums that belong to them.
fn chunks(chunks: &[([u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in chunks {
        let body = [&kind[..], data].concat();
        let checksum = !body.iter().fold(u32::MAX, |crc, &byte| {
            (0..8)
                .fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 })
        });
        png.extend(u32::try_from(data.len()).expect("short").to_be_bytes());
        png.extend(body);
        png.extend(checksum.to_be_bytes());
    }
    png
}

/// A PNG that is right in most of its parts; its samples are stored as they are.
fn picture(rng: &mut Pcg64Mcg) -> Vec<u8> {
    let mut bytes = |most: usize| -> Vec<u8> {
        let count = rng.random_range(0..=most);
        (0..count).map(|_| rng.random::<u8>()).collect()
    };
    let (palette, transparent, other) = (bytes(30), bytes(8), bytes(20));
    let samples: Vec<u8> =
        (0..2_000).map(|_| if rng.random_bool(0.9) { 0 } else { rng.random_range(0..6) }).collect();
    let length = u16::try_from(rng.random_range(0..samples.len())).expect("short");
    let samples = &samples[..length.into()];
    let (a, b) = samples.iter().fold((1, 0), |(a, b), &byte| {
        let a = (a + u32::from(byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    let stored = [
        &[0x78, 1, 1][..],
        &length.to_le_bytes(),
        &(!length).to_le_bytes(),
        samples,
        &(b << 16 | a).to_be_bytes(),
    ];
    let size = [(); 2].map(|()| if rng.random_bool(0.05) { rng.random() } else { rng.random_range(0..20) });
    let pick = |rng: &mut Pcg64Mcg, from: &[u8]| *from.choose(rng).expect("there are some");
    let kind =
        [pick(rng, &[1, 2, 4, 8, 8, 16, 3]), pick(rng, &[0, 2, 3, 3, 4, 6, 5]), pick(rng, &[0, 0, 1, 2])];
    let mut parts = vec![(*b"IHDR", header(size, kind))];
    let extra = [*b"PLTE", *b"tRNS", *b"gAMA", *b"acTL", *b"fcTL", *b"zTXt", *b"iCCP", *b"sBIT"];
    if rng.random_bool(0.7) {
        parts.push((*b"PLTE", palette));
    }
    if rng.random_bool(0.4) {
        parts.push((*b"tRNS", transparent));
    }
    if rng.random_bool(0.2) {
        parts.push((*extra.choose(rng).expect("there are some"), other));
    }
    parts.extend([(*b"IDAT", stored.concat()), (*b"IEND", Vec::new())]);
    let mut png = chunks(&parts);
    if rng.random_bool(0.2) {
        let place = rng.random_range(0..png.len());
        png[place] = rng.random();
    }
    if rng.random_bool(0.1) {
        png.truncate(rng.random_range(0..png.len()));
    }
    png
}

#[test]
fn whatever_the_picture_it_is_read_or_refused() {
    let mut rng = Pcg64Mcg::seed_from_u64(1);
    let (mut read, mut refused) = (0, 0);
    for number in 0..2 * lines() {
        match read_png(Cursor::new(picture(&mut rng))) {
            Ok(grey) => {
                assert!(grey.iter().all(|grey| (-1e-6..=1.000_001).contains(grey)), "picture {number}");
                read += 1;
            }
            Err(error) => {
                assert!(!error.to_string().contains(is_unseen), "picture {number}: {error}");
                refused += 1;
            }
        }
    }
    assert!(read > lines() / 100 && refused > lines() / 10, "{read} read, {refused} refused");
}
