//! The pages in a browser. `.ci/run` installs what is needed and runs this:
//! `cargo test --features browser --test browser`.

mod chromium;

#[path = "../../examples/book.rs"]
#[expect(dead_code, reason = "the main of an example is not called here")]
mod book;

use chromium::Browser;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// On the phone, on the desk, on the projector.
const WIDTHS: [u32; 3] = [390, 1280, 1920];
/// A4 with margins of 10 mm, in CSS pixels.
const PAPER: u32 = 718;

/// Every file of the book: its name and its text.
static FILES: LazyLock<Vec<(String, String)>> =
    LazyLock::new(|| book::files(book::topics::all(None)).expect("every figure is drawn"));

struct Book {
    folder: tempfile::TempDir,
    pages: Vec<&'static str>,
}

impl Book {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("there is room for the book");
        for (name, text) in FILES.iter() {
            fs::write(folder.path().join(name), text).expect("the page is written");
        }
        // A key is plain text, for a program to read.
        let pages = FILES.iter().map(|(name, _)| name.as_str()).filter(|name| !name.contains("-key-"));
        Self { folder, pages: pages.collect() }
    }

    fn address(&self, page: &str) -> String {
        format!("file://{}", self.folder.path().join(page).display())
    }
}

fn build_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target")
}

/// To be looked at.
fn screenshots() -> PathBuf {
    let folder = build_folder().join("screenshots");
    fs::create_dir_all(&folder).expect("there is room for screenshots");
    folder
}

#[test]
fn pages_load_with_an_empty_console_and_no_request() {
    let (book, mut browser) = (Book::new(), Browser::start());
    for page in &book.pages {
        let address = book.address(page);
        browser.open(&address);
        // Scrolled through, so that nothing that loads late is missed.
        browser.evaluate("new Promise(done => { scrollTo(0, 1e9); setTimeout(done, 200); })");
        for kind in ["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"] {
            assert_eq!(browser.events(kind), [&Value::Null; 0], "{page}");
        }
        let requests = browser.events("Network.requestWillBeSent");
        let asked = requests.iter().filter_map(|event| event["request"]["url"].as_str());
        let asked: Vec<_> = asked.filter(|url| !url.starts_with("data:")).collect();
        assert_eq!(asked, [&address], "only the page itself is read");
    }
}

#[test]
fn axe_finds_no_violation_in_light_and_dark() {
    let axe = build_folder().join("axe-core/node_modules/axe-core/axe.min.js");
    let axe = fs::read_to_string(&axe).unwrap_or_else(|error| panic!("{}: {error}", axe.display()));
    let (book, mut browser) = (Book::new(), Browser::start());
    for page in &book.pages {
        for (scheme, width) in [("light", 1280), ("dark", 1280), ("light", 390)] {
            browser.show_as(width, "screen", scheme);
            browser.open(&book.address(page));
            browser.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)");
            browser.evaluate(&format!("{axe}; null"));
            let found = browser.evaluate(
                "axe.run().then(found => found.violations.map(v => [v.id, v.nodes.slice(0, 3).map(n => n.html)]))",
            );
            assert_eq!(found, json!([]), "{page}, {scheme}, {width}");
            let checked = browser
                .evaluate("axe.run({ runOnly: ['color-contrast'] }).then(found => found.passes.length)");
            assert_eq!(checked, 1, "the contrast was checked");
        }
    }
}

#[test]
fn no_page_is_wider_than_the_screen_or_the_paper() {
    let (book, mut browser) = (Book::new(), Browser::start());
    let shots = screenshots();
    for page in &book.pages {
        for width in WIDTHS {
            let scheme = if width == 1920 { "dark" } else { "light" };
            browser.show_as(width, "screen", scheme);
            browser.open(&book.address(page));
            let wide = browser.evaluate("document.documentElement.scrollWidth");
            assert_eq!(wide, width, "{page} has to be scrolled sideways");
            shoot(&mut browser, &shots.join(format!("{page}-{width}.png")));
        }
        browser.show_as(PAPER, "print", "dark");
        browser.open(&book.address(page));
        let cut_off = browser.evaluate(
            "[...document.querySelectorAll('table, svg, math, pre, p')]
               .filter(e => { const r = e.getBoundingClientRect(); return r.left < 0 || r.right > innerWidth + 1; })
               .map(e => e.textContent.trim().slice(0, 60))",
        );
        assert_eq!(cut_off, json!([]), "{page} is cut off on paper");
        let folded = browser.evaluate(
            "[...document.querySelectorAll('.folded > p')].filter(e => !e.checkVisibility({ contentVisibilityAuto: true }) \
             || e.getBoundingClientRect().height === 0).length",
        );
        assert_eq!(folded, 0, "{page}: on paper, answers are shown");
        shoot(&mut browser, &shots.join(format!("{page}-paper.png")));
    }
}

fn shoot(browser: &mut Browser, path: &Path) {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let shot = browser.call("Page.captureScreenshot", &json!({"captureBeyondViewport": true}));
    let png = STANDARD.decode(shot["data"].as_str().expect("a picture")).expect("in base 64");
    fs::write(path, png).expect("it is written");
}

/// How many sections are seen, and which heading has the focus.
fn seen(browser: &mut Browser) -> (Value, String) {
    let sections = "[...document.querySelectorAll('main > section')].filter(s => s.checkVisibility())";
    let count = browser.evaluate(&format!("{sections}.length"));
    let focus = browser.evaluate("document.activeElement.id");
    (count, focus.as_str().unwrap_or_default().to_owned())
}

#[test]
fn sections_are_revealed_one_by_one_by_button_and_by_key() {
    let (book, mut browser) = (Book::new(), Browser::start());
    browser.show_as(1280, "screen", "light");
    browser.open(&book.address("conv_backprop.html"));
    let all = browser.evaluate("document.querySelectorAll('main > section').length");
    assert_eq!(seen(&mut browser).0, all, "at first everything is there");

    let button = |number: usize| format!("document.querySelectorAll('.steps button')[{number}]");
    browser.point_at(&button(0), true);
    assert_eq!(seen(&mut browser), (json!(1), "section-1-title".to_owned()));
    browser.point_at(&button(2), true);
    assert_eq!(seen(&mut browser), (json!(2), "section-2-title".to_owned()));
    browser.press("ArrowRight");
    assert_eq!(seen(&mut browser), (json!(3), "section-3-title".to_owned()));
    assert_eq!(
        browser.evaluate("document.querySelector('.steps [role=status]').textContent"),
        json!(format!("Section 3 of {all}"))
    );
    browser.press("ArrowLeft");
    browser.point_at(&button(1), true);
    browser.press("ArrowLeft");
    assert_eq!(seen(&mut browser), (json!(1), "section-1-title".to_owned()), "and not below the first");

    browser.point_at("document.querySelectorAll('.contents a')[4]", true);
    assert_eq!(seen(&mut browser).0, 5, "the contents reveal what they lead to");
    browser.show_as(PAPER, "print", "light");
    assert_eq!(seen(&mut browser).0, all, "paper shows everything");
    browser.show_as(1280, "screen", "light");
    browser.point_at(&button(0), true);
    assert_eq!(seen(&mut browser).0, all);
}

/// The cell of the matrix on the left of an equation, counted from 0.
fn cell(matrix: &str, row: usize, column: usize) -> String {
    format!(
        "document.querySelector('.equation table[data-matrix={matrix}][role=grid]').tBodies[0].rows[{row}].cells[{}]",
        column + 1
    )
}

/// The marked cells, and the sum that is shown.
fn marked(browser: &mut Browser) -> (Value, String) {
    let used = browser.evaluate(
        "[...document.querySelectorAll('td.used')].map(td => \
         `${td.closest('table').dataset.matrix} ${td.parentElement.rowIndex - 1} ${td.cellIndex - 1}`)",
    );
    let sum = browser.evaluate(
        "document.querySelector('td.current').closest('.equation').parentElement.querySelector('.sum').textContent",
    );
    (used, sum.as_str().unwrap_or_default().to_owned())
}

#[test]
fn pointing_at_a_cell_shows_where_it_comes_from() {
    let (book, mut browser) = (Book::new(), Browser::start());
    browser.show_as(1280, "screen", "light");
    browser.open(&book.address("conv_backprop.html"));
    let window = |row: usize, column: usize| {
        let image =
            [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(r, c)| format!("image {} {}", row + r, column + c));
        let kernel = ["kernel_1 0 0", "kernel_1 0 1", "kernel_1 1 0", "kernel_1 1 1"].map(str::to_owned);
        json!([image, kernel].concat())
    };
    // By hand: the window of a1[1,2] times the kernel turned by 180°, each product with its letter.
    let sum_1_2 = "a1[1,2] = (-0.2)·0.7 (a) + 0.9·(-0.5) (b) + (-0.3)·(-0.3) (c) + (-0.5)·0.1 (d) = -0.55";

    browser.point_at(&cell("a1", 1, 2), false);
    assert_eq!(marked(&mut browser), (window(1, 2), sum_1_2.to_owned()));
    shoot(&mut browser, &screenshots().join("conv_backprop.html-pointed.png"));

    browser.evaluate(&format!("{}.focus()", cell("a1", 0, 0)));
    assert_eq!(marked(&mut browser).0, window(0, 0));
    for key in ["ArrowLeft", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight"] {
        browser.press(key);
    }
    assert_eq!(marked(&mut browser), (window(1, 2), sum_1_2.to_owned()), "the edges hold");
    assert_eq!(browser.evaluate(&format!("document.activeElement === {}", cell("a1", 1, 2))), true);
    browser.press("Tab");
    assert_eq!(browser.evaluate("document.activeElement.tagName"), "SUMMARY", "one stop a matrix");
}

#[test]
fn without_scripts_everything_is_there() {
    let (book, mut browser) = (Book::new(), Browser::start());
    browser.show_as(1280, "screen", "light");
    browser.call("Emulation.setScriptExecutionDisabled", &json!({"value": true}));
    browser.open(&book.address("conv_backprop.html"));
    let hidden = browser.evaluate(
        "[...document.querySelectorAll('main > section')].filter(s => !s.checkVisibility()).length",
    );
    assert_eq!(hidden, 0);
    assert_eq!(browser.evaluate("document.querySelector('.steps').checkVisibility()"), false, "idle buttons");
}
