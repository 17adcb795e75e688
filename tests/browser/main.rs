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
use worked_examples::class::sheet;
use worked_examples::notebook::Notebook;
use worked_examples::notebook::render::{Style, html};

/// On the phone, on the desk, on the projector.
const WIDTHS: [u32; 3] = [390, 1280, 1920];
/// A4 with margins of 10 mm, in CSS pixels.
const PAPER: u32 = 718;

static NOTEBOOKS: LazyLock<Vec<Notebook>> = LazyLock::new(|| book::topics::all(None));
/// Every file of the book: its name and its text.
static FILES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let exercises = book::Exercises { variants: 1, without_keys: false };
    book::files(NOTEBOOKS.clone(), &exercises, false).expect("every figure is drawn")
});

struct Book {
    folder: tempfile::TempDir,
    pages: Vec<&'static str>,
}

impl Book {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("there is room for the book");
        fs::create_dir(folder.path().join("keys")).expect("there is room for keys");
        for (name, text) in FILES.iter() {
            fs::write(folder.path().join(name), text).expect("the page is written");
        }
        // Keys come as plain text, too, for a program to read.
        let is_page = |name: &&str| Path::new(name).extension().is_some_and(|ending| ending == "html");
        let pages = FILES.iter().map(|(name, _)| name.as_str()).filter(is_page);
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
            shoot(&mut browser, &shots.join(format!("{}-{width}.png", page.replace('/', "-"))));
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
        shoot(&mut browser, &shots.join(format!("{}-paper.png", page.replace('/', "-"))));
    }
}

/// On both papers, with the numbers of the source and with drawn ones.
#[test]
fn an_exercise_has_two_pages_at_most() {
    let (book, mut browser) = (Book::new(), Browser::start());
    let of_the_source = NOTEBOOKS.iter().map(|notebook| {
        let name = format!("{}-sheet.html", notebook.topic);
        let text = html(&sheet(notebook), Style::default(), &[]).expect("the figures are drawn");
        fs::write(book.folder.path().join(&name), text).expect("the sheet is written");
        name
    });
    let of_the_source: Vec<_> = of_the_source.collect();
    let drawn = book.pages.iter().filter(|page| page.contains("-sheet-")).map(|page| (*page).to_owned());
    for page in of_the_source.into_iter().chain(drawn) {
        browser.open(&book.address(&page));
        for (paper, width, height) in [("A4", 8.27, 11.69), ("Letter", 8.5, 11.0)] {
            let printed =
                browser.call("Page.printToPDF", &json!({"paperWidth": width, "paperHeight": height}));
            let pdf = from_base64(&printed["data"]);
            // As PDF says it: an object of the type Page for each page, and one of the type Pages for all.
            let pages = |kind: &str| String::from_utf8_lossy(&pdf).matches(kind).count();
            let pages = pages("/Type /Page") - pages("/Type /Pages");
            assert!((1..=2).contains(&pages), "{page}: {pages} pages of {paper}");
        }
    }
}

/// What the README shows: a step in front of a class, and a sheet. Fonts differ from machine to machine, so nothing is
/// compared: `BLESS=1` writes them anew.
#[test]
fn pictures_for_the_readme() {
    let (book, mut browser) = (Book::new(), Browser::start());
    let folder = match std::env::var_os("BLESS") {
        Some(_) => Path::new(env!("CARGO_MANIFEST_DIR")).join("walkthroughs"),
        None => screenshots(),
    };
    browser.show_as(1280, "screen", "light");
    let address = book.address("conv_backprop.html");
    browser.open(&address);
    let a1 = browser
        .evaluate("Number(document.querySelector('[data-then]:has(table[data-matrix=a1])').dataset.then)");
    open_step(&mut browser, &address, a1.as_u64().expect("a step") - 1);
    let step = browser.call("Page.captureScreenshot", &json!({}));
    browser.show_as(PAPER, "print", "light");
    browser.open(&book.address("conv_backprop-sheet-1.html"));
    let sheet = browser.call("Page.captureScreenshot", &json!({"captureBeyondViewport": true}));
    for (name, shot) in [("step.png", step), ("sheet.png", sheet)] {
        fs::write(folder.join(name), from_base64(&shot["data"])).expect("it is written");
    }
}

fn shoot(browser: &mut Browser, path: &Path) {
    let shot = browser.call("Page.captureScreenshot", &json!({"captureBeyondViewport": true}));
    fs::write(path, from_base64(&shot["data"])).expect("it is written");
}

fn from_base64(data: &Value) -> Vec<u8> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.decode(data.as_str().expect("a picture or a paper")).expect("in base 64")
}

/// The step that is shown, how many there are, and the place in the address.
fn step(browser: &mut Browser) -> (u64, u64, String) {
    let status = browser.evaluate("document.querySelector('.steps [role=status]').textContent");
    let numbers: Vec<u64> =
        status.as_str().unwrap_or_default().split(' ').filter_map(|word| word.parse().ok()).collect();
    let [at, of] = numbers[..] else { panic!("{status}") };
    (at, of, browser.evaluate("location.hash").as_str().unwrap_or_default().to_owned())
}

/// By a link to the step. From the page itself a link to a place in it loads nothing.
fn open_step(browser: &mut Browser, address: &str, step: u64) {
    browser.open("about:blank");
    browser.open(&format!("{address}#step-{step}"));
}

fn button(number: usize) -> String {
    format!("document.querySelectorAll('.steps button')[{number}]")
}

#[test]
fn ideas_are_revealed_one_by_one_by_button_and_by_key() {
    let (book, mut browser) = (Book::new(), Browser::start());
    browser.show_as(1280, "screen", "light");
    browser.open(&book.address("conv_backprop.html"));
    let later = "document.querySelectorAll('.later, .unsolved').length";
    assert_eq!(browser.evaluate(later), 0, "at first everything is there");

    browser.point_at(&button(0), true);
    let (first, of, address) = step(&mut browser);
    assert_eq!((first, address.as_str()), (1, "#step-1"));
    browser.point_at(&button(2), true);
    browser.press("ArrowRight");
    browser.press("PageDown");
    assert_eq!(step(&mut browser), (4, of, "#step-4".to_owned()));
    browser.press("ArrowLeft");
    browser.press("PageUp");
    browser.point_at(&button(1), true);
    browser.press("ArrowLeft");
    assert_eq!(step(&mut browser), (1, of, "#step-1".to_owned()), "and not below the first");

    // A reload keeps the place, and a link leads to it.
    open_step(&mut browser, &book.address("conv_backprop.html"), 9);
    assert_eq!(step(&mut browser), (9, of, "#step-9".to_owned()));
    browser.point_at("document.querySelectorAll('.contents a')[4]", true);
    let revealed = browser.evaluate("document.querySelectorAll('main > section:not(.later)').length");
    assert_eq!(revealed, 5, "the contents reveal what they lead to");
    browser.show_as(PAPER, "print", "light");
    let hidden =
        "[...document.querySelectorAll('main [data-step]')].filter(s => !s.checkVisibility()).length";
    assert_eq!(browser.evaluate(hidden), 0, "paper shows everything");
    browser.show_as(1280, "screen", "light");
    browser.point_at(&button(0), true);
    assert_eq!(browser.evaluate(later), 0);
    assert_eq!(browser.evaluate("location.hash"), "");

    // From the middle of the page it goes on with what is in sight.
    let section = "document.querySelectorAll('main > section')[3]";
    browser.evaluate(&format!("{section}.scrollIntoView()"));
    browser.point_at(&button(0), true);
    let here = step(&mut browser).0;
    let is_in_it = browser.evaluate(&format!("{section}.querySelector('[data-step=\"{here}\"]') !== null"));
    assert_eq!(is_in_it, true, "step {here}");
}

/// An equation comes without its result, a question without its answer and a claim without its verdict; and a click on a
/// cell leaves the keys to the steps.
#[test]
fn what_comes_of_it_is_a_step_of_its_own() {
    let (book, mut browser) = (Book::new(), Browser::start());
    browser.show_as(1280, "screen", "light");
    browser.open(&book.address("conv_backprop.html"));
    let piece = |inner: &str| format!("document.querySelector('{inner}').closest('[data-then]')");
    for (inner, hidden) in [
        ("[data-then] table[data-matrix=a1][role=grid]", "table[data-matrix=a1][role=grid] td[data-uses]"),
        ("[data-then] .claim", ".claim > p + p"),
        ("[data-then] details.folded", "details.folded > :not(summary)"),
    ] {
        let then = browser.evaluate(&format!("Number({}.dataset.then)", piece(inner)));
        let then = then.as_u64().unwrap_or_else(|| panic!("{inner}: {then}"));
        let is_seen = format!(
            "{}.querySelector('{hidden}').checkVisibility({{ visibilityProperty: true, contentVisibilityAuto: true }})",
            piece(inner)
        );
        open_step(&mut browser, &book.address("conv_backprop.html"), then - 1);
        assert_eq!(browser.evaluate(&is_seen), false, "{inner}, before");
        if inner.contains("a1") {
            browser.point_at("document.querySelector('table[data-matrix=image] td')", true);
        }
        browser.press("ArrowRight");
        assert_eq!(step(&mut browser).0, then);
        assert_eq!(browser.evaluate(&is_seen), true, "{inner}, after");
    }
}

/// On a projector, what a step adds is seen as a whole, without scrolling.
#[test]
fn a_step_fits_the_screen() {
    let (book, mut browser) = (Book::new(), Browser::start());
    browser.show_as(1280, "screen", "light");
    let topics = book.pages.iter().filter(|page| !page.contains("sheet") && !page.contains("index"));
    let mut tall = Vec::new();
    for page in topics.filter(|page| !page.contains("key")) {
        open_step(&mut browser, &book.address(page), 1);
        let found = browser.evaluate(
            "(() => {
                const next = document.querySelectorAll('.steps button')[2];
                const found = [];
                for (;;) {
                    const step = location.hash.slice(6);
                    const fresh = [...document.querySelectorAll(`[data-step='${step}']`)];
                    const boxes = fresh.map(piece => piece.getBoundingClientRect());
                    const height = Math.max(...boxes.map(b => b.bottom)) - Math.min(...boxes.map(b => b.top));
                    if (fresh.length && height > 720 - 60) found.push(`${step}: ${Math.round(height)}`);
                    if (next.disabled) return found;
                    next.click();
                }
            })()",
        );
        tall.extend(found.as_array().into_iter().flatten().map(|step| format!("{page} {step}")));
    }
    assert!(tall.is_empty(), "{tall:#?}");
}

/// A lesson from its first step to its last, as pictures to be looked at.
#[test]
fn a_lesson_is_played_to_its_end() {
    let (book, mut browser) = (Book::new(), Browser::start());
    let folder = screenshots().join("lesson");
    fs::create_dir_all(&folder).expect("there is room for screenshots");
    browser.show_as(1280, "screen", "light");
    open_step(&mut browser, &book.address("conv_backprop.html"), 1);
    let (_, of, _) = step(&mut browser);
    for expected in 1..=of {
        assert_eq!(step(&mut browser).0, expected);
        let shot = browser.call("Page.captureScreenshot", &json!({}));
        fs::write(folder.join(format!("{expected:03}.png")), from_base64(&shot["data"]))
            .expect("it is written");
        browser.press("ArrowRight");
    }
    assert_eq!(step(&mut browser), (of, of, format!("#step-{of}")), "and not beyond the last");
    assert_eq!(
        browser.evaluate("document.querySelectorAll('.later, .unsolved').length"),
        0,
        "all is revealed"
    );
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
        "document.querySelector('td.current').closest('.equation').parentElement.querySelector('.sum').innerText",
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
    let sum_1_2 = "a1[1,2] = image[1,2]·kernel_1[1,1] (a) + image[1,3]·kernel_1[1,0] (b) + image[2,2]·kernel_1[0,1] (c) + image[2,3]·kernel_1[0,0] (d)\n\
                   a1[1,2] = (-0.2)·0.7 (a) + 0.9·(-0.5) (b) + (-0.3)·(-0.3) (c) + (-0.5)·0.1 (d) = -0.55";

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
