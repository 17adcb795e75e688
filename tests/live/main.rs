//! The live pages in a browser. `.ci/run` makes them where it can, in `target/live-site`, and runs this:
//! `cargo test --features live --test live`.

#[path = "../browser/chromium.rs"]
#[expect(dead_code, reason = "nothing is pointed at here")]
mod chromium;

use chromium::Browser;
use serde_json::{Value, json};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

const TOPICS: [&str; 7] = [
    "conv_backprop",
    "relu_filter_update",
    "laplacian",
    "resnet_shortcut",
    "velocity_heads",
    "multilabel_softmax",
    "categorical_accuracy",
];
/// Whose pages are worked by hand from end to end, without training or simulation.
const BY_HAND: [&str; 4] = ["conv_backprop", "relu_filter_update", "laplacian", "categorical_accuracy"];

fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target")
}

fn address(page: &str) -> String {
    format!("file://{}", target().join("live-site").join(page).display())
}

/// Opened anew: from the page itself a link to a place in it loads nothing.
fn open(browser: &mut Browser, page: &str) {
    browser.open("about:blank");
    browser.open(&address(page));
}

/// What the program prints on this machine.
fn native(topic: &str, options: &[&str]) -> String {
    run(topic, options).0
}

/// What it prints, and the line of an error.
fn run(topic: &str, options: &[&str]) -> (String, String) {
    let program = std::env::current_exe().expect("this program has a path");
    let folder = program.ancestors().nth(2).expect("tests lie in target/debug/deps").join("examples");
    let done = Command::new(folder.join(topic)).args(options).output().expect("the examples are built");
    let [out, error] = [done.stdout, done.stderr].map(|bytes| String::from_utf8(bytes).expect("text"));
    (out, error)
}

fn json_of(topic: &str, options: &[&str]) -> Value {
    let text = native(topic, &[options, &["--format", "json"]].concat());
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{topic} {options:?}: {error}"))
}

/// What the program prints in the page.
fn in_page(browser: &mut Browser, line: &[&str]) -> String {
    let told = browser.evaluate(&format!("program({}).then(told => told.out)", json!(line)));
    told.as_str().unwrap_or_else(|| panic!("{line:?}: {told}")).to_owned()
}

/// Waits until an expression is neither false nor empty.
fn wait(browser: &mut Browser, expression: &str) -> Value {
    browser.evaluate(&format!(
        "new Promise((done, failed) => {{
            const end = Date.now() + 60000;
            const look = () => {{
                const found = {expression};
                if (found) return done(found);
                if (Date.now() > end) return failed(new Error('waited in vain'));
                setTimeout(look, 20);
            }};
            look();
        }})"
    ))
}

/// Types into the field that has the focus, in the place of what is there, and leaves it.
fn type_in(browser: &mut Browser, text: &str) {
    browser.evaluate("document.activeElement.select()");
    browser.call("Input.insertText", &json!({"text": text}));
    browser.press("Enter");
}

fn focus(browser: &mut Browser, label: &str) {
    browser.evaluate(&format!("document.querySelector('input[aria-label=\"{label}\"]').focus()"));
}

/// The entries of a result as they stand on the page.
fn shown(browser: &mut Browser, name: &str) -> Vec<f64> {
    let texts = browser.evaluate(&format!(
        "[...document.querySelectorAll('.result > table[data-matrix={name}] tbody td')].map(cell => cell.textContent)"
    ));
    let number = |text: &Value| text.as_str().unwrap_or_default().trim().parse().expect("a number");
    texts.as_array().expect("cells").iter().map(number).collect()
}

fn values(page: &Value, name: &str) -> Vec<f64> {
    let cells = page["cells"].as_array().expect("cells");
    let cell = cells.iter().find(|cell| cell["name"] == name).expect("the page has it");
    let rows = cell["values"].as_array().expect("rows").iter();
    rows.flat_map(|row| row.as_array().expect("a row"))
        .map(|value| value.as_f64().expect("a number"))
        .collect()
}

fn text(browser: &mut Browser, place: &str) -> String {
    let text = browser.evaluate(&format!("document.querySelector('{place}').textContent"));
    text.as_str().unwrap_or_default().to_owned()
}

/// Waits until the page has followed a change or a link.
fn followed(browser: &mut Browser) {
    wait(browser, "/changed|link/.test(document.querySelector('.followed').textContent)");
}

fn assert_close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    // The page shows four decimals.
    assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() <= 0.000_050_1), "{found:?}, {expected:?}");
}

#[test]
fn a_number_that_is_typed_changes_all_that_follows_from_it() {
    let mut browser = Browser::start();
    browser.show_as(1280, "screen", "light");
    open(&mut browser, "conv_backprop.html");
    let before = json_of("conv_backprop", &[]);
    assert_close(&shown(&mut browser, "d_kernel_1"), &values(&before, "d_kernel_1"));
    focus(&mut browser, "image[0,0]");
    type_in(&mut browser, "1/4");
    followed(&mut browser);
    let image = "1/4 -.3 -.7 .5; .9 -.5 -.2 .9; -.1 .8 -.3 -.5; 0 .2 -.1 .6";
    let after = json_of("conv_backprop", &["--image", image]);
    let found = shown(&mut browser, "d_kernel_1");
    assert_close(&found, &values(&after, "d_kernel_1"));
    assert!(found != values(&before, "d_kernel_1"));
    let proven = text(&mut browser, "section:last-of-type ul");
    assert!(!proven.contains("slip"), "the source's numbers are no longer judged: {proven}");
    let at = browser.evaluate("document.activeElement.ariaLabel");
    assert_eq!(at, "image[1,0]", "who types goes on in the next field");

    // Back, by the button and by the browser's own.
    browser.evaluate("document.querySelector('[name=undo]').click()");
    wait(&mut browser, "location.hash === '' && document.querySelector('[name=undo]').disabled");
    assert_close(&shown(&mut browser, "d_kernel_1"), &values(&before, "d_kernel_1"));
}

#[test]
fn what_cannot_be_used_leaves_the_page_as_it_was_and_says_why_at_the_field() {
    let mut browser = Browser::start();
    open(&mut browser, "conv_backprop.html");
    focus(&mut browser, "image[0,0]");
    type_in(&mut browser, "2");
    followed(&mut browser);
    let changed = shown(&mut browser, "a1");
    focus(&mut browser, "image[0,1]");
    type_in(&mut browser, "abc");
    wait(&mut browser, "document.querySelector('.refused').textContent");
    // What was refused is taken back, and not what was right before.
    let undo = "document.querySelector('[name=undo]').click()";
    browser.evaluate(undo);
    assert_eq!(text(&mut browser, ".refused"), "");
    assert_eq!(browser.evaluate("document.querySelector('input[aria-label=\"image[0,1]\"]').value"), "-0.3");
    assert_eq!(browser.evaluate("document.querySelector('[aria-invalid=true]')"), Value::Null);
    assert_eq!(shown(&mut browser, "a1"), changed);
    browser.evaluate(undo);
    wait(&mut browser, "document.querySelector('[name=undo]').disabled");

    let before = shown(&mut browser, "a1");
    assert_ne!(before, changed);
    focus(&mut browser, "kernel_1[0,1]");
    type_in(&mut browser, "1,5");
    let line = wait(&mut browser, "document.querySelector('.refused').textContent");
    assert!(line.as_str().is_some_and(|line| line.starts_with("--kernel-1: given ")), "{line}");
    let invalid = browser
        .evaluate("[...document.querySelectorAll('[aria-invalid=true]')].map(field => field.ariaLabel)");
    assert_eq!(invalid, json!(["kernel_1[0,1]"]));
    assert_eq!(shown(&mut browser, "a1"), before);
    assert_eq!(browser.evaluate("location.hash"), "");

    for (link, why) in [
        ("#image=1+2", "--kernel-1: "),
        ("#image=x", "--image: "),
        ("#nonsense=1", "nonsense: "),
        ("#variant=-1", "--variant: "),
        ("#image=@a.txt", "--image: given \"@a.txt\": a.txt: a web page reads and writes no files"),
    ] {
        open(&mut browser, &format!("conv_backprop.html{link}"));
        let line = wait(&mut browser, "document.querySelector('.refused').textContent");
        assert!(line.as_str().is_some_and(|line| line.starts_with(why)), "{link}: {line}");
        assert_eq!(shown(&mut browser, "a1"), before, "{link}");
    }
}

/// Rows, columns and whole matrices, of sizes that have to fit each other.
#[test]
fn sizes_change_together() {
    let mut browser = Browser::start();
    open(&mut browser, "conv_backprop.html#variant=3");
    followed(&mut browser);
    let press = |browser: &mut Browser, label: &str| {
        browser.evaluate("document.querySelector('.followed').textContent = ''");
        browser.evaluate(&format!("document.querySelector('[aria-label=\"{label}\"]').click()"));
        wait(browser, "document.querySelector('.followed').textContent");
    };
    press(&mut browser, "image: one row more");
    let waits = text(&mut browser, ".followed");
    assert!(waits.contains("Your image will be used"), "{waits}");
    press(&mut browser, "delta: one row more");
    let hash = browser.evaluate("location.hash").as_str().unwrap_or_default().to_owned();
    assert!(hash.contains("delta=") && !hash.contains("variant"), "{hash}");
    assert_eq!(shown(&mut browser, "a2").len(), 6);
    open(&mut browser, "conv_backprop.html#kernel_2=1+2&delta=1+0%3B0+1%3B1+1");
    followed(&mut browser);
    let cannot = |browser: &mut Browser, label: &str| {
        browser
            .evaluate(&format!("document.querySelector('[aria-label=\"kernel_2: one {label}\"]').disabled"))
    };
    let refused = ["row less", "column less", "row more"].map(|label| cannot(&mut browser, label));
    assert_eq!(refused, [true, false, false]);

    // Where only one size can be used there is nothing to press.
    open(&mut browser, "resnet_shortcut.html");
    let sizes = browser.evaluate(
        "[...document.querySelectorAll('.sizes button')].map(button => button.ariaLabel)
            .filter(label => !label.startsWith('weights'))",
    );
    assert_eq!(sizes, json!(["pixel: one row more", "pixel: one row less"]));

    // As NumPy prints it, with the image's default neighbours.
    open(&mut browser, "conv_backprop.html");
    browser.evaluate(
        "(() => {
            const copied = new DataTransfer();
            copied.setData('text', 'array([[1., 2., 3.],\\n       [4., 5., 6.],\\n       [7., 8., 10.]])');
            document.querySelector('input[aria-label=\"image[0,0]\"]').dispatchEvent(
                new ClipboardEvent('paste', { clipboardData: copied, bubbles: true, cancelable: true }));
        })()",
    );
    followed(&mut browser);
    let expected = json_of("conv_backprop", &["--image", "1 2 3; 4 5 6; 7 8 10"]);
    assert_close(&shown(&mut browser, "d_kernel_1"), &values(&expected, "d_kernel_1"));
}

#[test]
fn a_link_shows_the_very_example() {
    let mut browser = Browser::start();
    open(&mut browser, "relu_filter_update.html");
    focus(&mut browser, "filter[1,1]");
    type_in(&mut browser, "-2/3");
    followed(&mut browser);
    let link = browser.evaluate("location.href").as_str().unwrap_or_default().to_owned();
    let seen = browser.evaluate("document.querySelector('main').textContent");
    browser.open("about:blank");
    browser.open(&link);
    followed(&mut browser);
    assert_eq!(browser.evaluate("document.querySelector('main').textContent"), seen);
    // The sheet with these numbers.
    let sheet =
        browser.evaluate("document.querySelector('.buttons a').href").as_str().unwrap_or_default().to_owned();
    browser.open(&sheet);
    followed(&mut browser);
    assert_eq!(
        browser.evaluate(
            "document.querySelector('table[data-matrix=filter] tbody tr:last-child td:last-child').textContent.trim()"
        ),
        "-2/3"
    );
}

/// An option that an exercise names with a value is a button that takes it.
#[test]
fn what_an_exercise_asks_for_is_a_button() {
    let mut browser = Browser::start();
    open(&mut browser, "conv_backprop.html");
    let button = "document.querySelector('details + button.try')";
    assert_eq!(browser.evaluate(&format!("{button}.textContent")), "Put in delta = 1 0; 0 0");
    browser.evaluate(&format!("{button}.click()"));
    followed(&mut browser);
    let expected = json_of("conv_backprop", &["--delta", "1 0; 0 0"]);
    assert_close(&shown(&mut browser, "d_kernel_2"), &values(&expected, "d_kernel_2"));
    let left = browser.evaluate(
        "[...document.querySelectorAll('p code, summary code')].map(code => code.textContent)
            .filter(text => text.startsWith('--'))",
    );
    assert_eq!(left, json!([]));
    // A picture is chosen, and not written.
    open(&mut browser, "laplacian.html");
    let put_in = "[...document.querySelectorAll('button.try')].filter(button => button.textContent.includes('picture ='))";
    assert_eq!(browser.evaluate(&format!("{put_in}.length")), 0);
}

#[test]
fn the_sheet_of_a_variant_is_that_of_its_page() {
    let mut browser = Browser::start();
    open(&mut browser, "conv_backprop.html#variant=3");
    followed(&mut browser);
    let right = shown(&mut browser, "a1");
    let sheet = browser.evaluate("document.querySelector('.buttons a').href");
    browser.open(sheet.as_str().unwrap_or_default());
    followed(&mut browser);
    assert_eq!(browser.evaluate("document.querySelector('h1').textContent.includes('variant 3')"), true);
    answer(&mut browser, "a1", &right.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert!(judged(&mut browser, "a1").starts_with("✓ right"));
}

/// In the page of a topic, at its step, and on a sheet.
#[test]
fn an_answer_is_judged_as_on_the_command_line() {
    let mut browser = Browser::start();
    browser.show_as(1280, "screen", "light");
    let page = json_of("conv_backprop", &[]);
    let right = values(&page, "d_kernel_2");
    let turned: Vec<_> = right.iter().rev().map(|entry| format!("{entry:.4}")).collect();
    open(&mut browser, "conv_backprop.html");
    try_it(&mut browser, "d_kernel_2");
    answer(&mut browser, "d_kernel_2", &turned);
    let verdict = judged(&mut browser, "d_kernel_2");
    assert!(verdict.contains("mistake (turned)"), "{verdict}");
    let is_seen = "document.querySelector('.result > table[data-matrix=d_kernel_2] td[data-uses]').checkVisibility({ visibilityProperty: true })";
    assert_eq!(browser.evaluate(is_seen), false, "the result is not given away");
    try_it(&mut browser, "d_kernel_2");
    assert_eq!(browser.evaluate(is_seen), true, "it is shown where that is asked for");

    // A single number, and the fields of a table.
    try_it(&mut browser, "L");
    answer(&mut browser, "L", &["-0.0536".to_owned()]);
    assert!(judged(&mut browser, "L").starts_with("✓ right"));
    answer(&mut browser, "L", &[String::new()]);
    let verdict = "document.querySelector('table[data-matrix=L]:has(td.blank)').closest('.equation').nextElementSibling.textContent";
    assert_eq!(browser.evaluate(verdict), "", "nothing is said of an empty field");
    open(&mut browser, "categorical_accuracy.html");
    try_it(&mut browser, "class_by_class");
    let fields = "[...document.querySelectorAll('[data-answer=class_by_class] td[data-open]')].map(cell => cell.textContent)";
    let shown: Vec<_> = browser
        .evaluate(fields)
        .as_array()
        .expect("cells")
        .iter()
        .filter_map(|cell| cell.as_str().map(str::to_owned))
        .collect();
    assert!(shown.len() >= 9, "{shown:?}");
    answer(&mut browser, "class_by_class", &shown);
    let verdict = judged(&mut browser, "class_by_class");
    assert!(verdict.starts_with("✓ right"), "{verdict}");

    // On a sheet; a wrong answer is carried on.
    let key = json_of("conv_backprop", &["--variant", "1"]);
    open(&mut browser, "conv_backprop-sheet-1.html");
    let mut answers: Vec<_> = values(&key, "a1").iter().map(ToString::to_string).collect();
    answer(&mut browser, "a1", &answers);
    assert!(judged(&mut browser, "a1").starts_with("✓ right"));
    answers[0] = (values(&key, "a1")[0] + 1.0).to_string();
    answer(&mut browser, "a1", &answers);
    wait(
        &mut browser,
        "[...document.querySelectorAll('.judged')].some(line => line.textContent.startsWith('✗'))",
    );
    let wrong =
        browser.evaluate("document.querySelectorAll('table[data-matrix=a1] [aria-invalid=true]').length");
    assert_eq!(wrong, 1);
    // a2 as it follows from that: one more in the entry changes one entry by the weight that meets it.
    let marks =
        json_of("conv_backprop", &["--variant", "1", "--check", &format!("a1 = {}", rows(&answers, 3))]);
    assert_eq!(marks["right"], 0);
    let kernel = values(&key, "kernel_2");
    let mut a2 = values(&key, "a2");
    a2[0] += kernel[3];
    answer(&mut browser, "a2", &a2.iter().map(ToString::to_string).collect::<Vec<_>>());
    let verdict = judged(&mut browser, "a2");
    assert!(verdict.starts_with("~ carried"), "{verdict}");
    // A reload loses nothing.
    open(&mut browser, "conv_backprop-sheet-1.html");
    assert_eq!(judged(&mut browser, "a2"), verdict);
}

fn rows(entries: &[String], width: usize) -> String {
    entries.chunks(width).map(|row| row.join(" ")).collect::<Vec<_>>().join("; ")
}

/// Presses the button at a result: it is hidden and fields are there, or it is shown again.
fn try_it(browser: &mut Browser, name: &str) {
    browser.evaluate(&format!("document.querySelector('[data-answer={name}] .try').click()"));
}

/// All that `--check` knows, and nothing else, has such a button, but for what is given.
#[test]
fn every_answer_that_is_marked_can_be_tried_where_it_stands() {
    let mut browser = Browser::start();
    for topic in TOPICS {
        open(&mut browser, &format!("{topic}.html"));
        let fields = browser.evaluate(
            "[[...document.querySelectorAll('form.live p:first-child code')].map(code => code.textContent), \
              [...document.querySelectorAll('table.given')].map(table => table.dataset.matrix)]",
        );
        assert_eq!(fields[0], fields[1], "{topic}: the form names the matrices that can be changed");
        let offered = browser.evaluate(
            "[...document.querySelectorAll('[data-answer]:has(.try)')].map(place => place.dataset.answer)",
        );
        let [page, sheet] = [json_of(topic, &[]), json_of(topic, &["--sheet"])];
        let names = |page: &Value| -> Vec<String> {
            let cells = page["cells"].as_array().expect("cells").iter();
            let results =
                cells.filter(|cell| ["matrix", "value", "table"].iter().any(|kind| cell["kind"] == *kind));
            results.filter_map(|cell| cell["name"].as_str().map(str::to_owned)).collect()
        };
        let on_sheet = names(&sheet);
        let is_given = |name: &String| on_sheet.contains(name) || page["inputs"].get(name).is_some();
        let is_marked = |name: &String| {
            let refused = run(topic, &["--check", &format!("{name} = 0.123")]).1;
            !refused.contains("the page has no numbers")
        };
        let expected: Vec<_> =
            names(&page).into_iter().filter(|name| !is_given(name) && is_marked(name)).collect();
        assert_eq!(offered, json!(expected), "{topic}");
        assert!(expected.len() >= 5, "{topic}");
    }
}

fn answer(browser: &mut Browser, name: &str, entries: &[String]) {
    browser.evaluate(&format!(
        "(() => {{
            const table = document.querySelector('table[data-matrix={name}]:has(td.blank)');
            const fields = [...table.querySelectorAll('input')];
            {}.forEach((text, index) => (fields[index].value = text));
            fields[0].dispatchEvent(new Event('change', {{ bubbles: true }}));
        }})()",
        json!(entries)
    ));
}

fn judged(browser: &mut Browser, name: &str) -> String {
    let line = format!(
        "(text => text !== 'computing …' && text)(document.querySelector('table[data-matrix={name}]:has(td.blank)').closest('.equation').nextElementSibling.textContent)"
    );
    wait(browser, &line).as_str().unwrap_or_default().to_owned()
}

/// What is trained takes its time, and can be stopped.
#[test]
fn a_long_computation_shows_how_far_it_has_come_and_stops() {
    let mut browser = Browser::start();
    open(&mut browser, "velocity_heads.html");
    let before = text(&mut browser, "main");
    browser.evaluate(
        "(() => { const field = document.querySelector('[name=seed]'); field.value = '2';
            field.dispatchEvent(new Event('change', { bubbles: true })); })()",
    );
    wait(
        &mut browser,
        "document.querySelector('.working progress').value > 0 && !document.querySelector('.working').hidden",
    );
    browser.evaluate("document.querySelector('[name=stop]').click()");
    assert!(text(&mut browser, ".followed").starts_with("Stopped"));
    assert_eq!(text(&mut browser, "main"), before);
}

/// A picture is a file, which comes from the disk of whoever looks at the page, and which no link holds.
#[test]
fn a_picture_is_chosen_in_the_page() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("walkthroughs");
    let [photo, words] = ["step.png", "README.md"].map(|name| folder.join(name));
    let choose = |browser: &mut Browser, path: &Path| {
        let document = browser.call("DOM.getDocument", &json!({}));
        let field = json!({"nodeId": document["root"]["nodeId"], "selector": "[type=file]"});
        let field = browser.call("DOM.querySelector", &field);
        browser.call("DOM.setFileInputFiles", &json!({"nodeId": field["nodeId"], "files": [path]}));
    };
    let mut browser = Browser::start();
    open(&mut browser, "laplacian.html");
    let drawn = text(&mut browser, "#picture-desc");
    choose(&mut browser, &photo);
    followed(&mut browser);
    assert!(text(&mut browser, ".followed").ends_with("The address holds all but the picture."));
    assert_eq!(browser.evaluate("location.hash"), "");
    let shown = text(&mut browser, "#picture-desc");
    assert!(shown != drawn);
    let here = native("laplacian", &["--picture", photo.to_str().expect("a path"), "--format", "json"]);
    let there = browser.evaluate(
        "program([...toLine(asked), '--format', 'json'], { file: pictureOf(asked) }).then(told => told.out)",
    );
    let [here, there] =
        [here.replace(&format!("{}/", folder.display()), ""), there.as_str().unwrap_or_default().to_owned()]
            .map(|text| serde_json::from_str::<Value>(&text).expect("JSON"));
    same(&here, &there, in_doubles, "laplacian");

    // Another number beside it, and then a file that is no picture.
    focus(&mut browser, "image[0,0]");
    type_in(&mut browser, "7");
    wait(&mut browser, "location.hash.startsWith('#image=7')");
    assert_eq!(text(&mut browser, "#picture-desc"), shown);
    choose(&mut browser, &words);
    let line = wait(&mut browser, "document.querySelector('.refused').textContent");
    assert!(line.as_str().is_some_and(|line| line.starts_with("--picture: given ")), "{line}");
    assert_eq!(browser.evaluate("document.querySelector('[aria-invalid=true]').name"), "picture");
    assert_eq!(text(&mut browser, "#picture-desc"), shown);

    // Back, step by step, and at once; what was refused comes first.
    let undo = "document.querySelector('[name=undo]').click()";
    let file_shown = "document.querySelector('[type=file]').files[0]?.name";
    browser.evaluate(undo);
    assert_eq!(text(&mut browser, ".refused"), "");
    assert_eq!(browser.evaluate(file_shown), "step.png");
    browser.evaluate(undo);
    wait(&mut browser, "location.hash === '' && document.querySelector('.refused').textContent === ''");
    assert_eq!(text(&mut browser, "#picture-desc"), shown);
    assert_eq!(browser.evaluate(file_shown), "step.png");
    browser.evaluate(undo);
    wait(&mut browser, "document.querySelector('[name=undo]').disabled");
    assert_eq!(text(&mut browser, "#picture-desc"), drawn);
    assert_eq!(browser.evaluate(file_shown), Value::Null);
    choose(&mut browser, &photo);
    wait(&mut browser, &format!("document.querySelector('#picture-desc').textContent !== {}", json!(drawn)));
    browser.evaluate("document.querySelector('[name=source]').click()");
    wait(&mut browser, &format!("document.querySelector('#picture-desc').textContent === {}", json!(drawn)));

    open(&mut browser, "laplacian.html#picture=photo.png");
    let line = wait(&mut browser, "document.querySelector('.refused').textContent");
    assert_eq!(line, "--picture: a link holds no picture, choose its file here");
}

/// How far two numbers may be apart.
type Close = fn(f64, f64) -> bool;

/// The math libraries differ in the last bits.
fn in_doubles(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}

/// Training in single precision carries the last bits on; the walkthroughs allow as much from one processor to another.
fn trained(a: f64, b: f64) -> bool {
    (a - b).abs() <= 0.1 * a.abs().max(b.abs()).max(1.0)
}

/// Whether all numbers are close, also those in texts, and all else is the same to the letter.
fn same(here: &Value, there: &Value, close: Close, path: &str) {
    match (here, there) {
        (Value::Number(a), Value::Number(b)) if a != b => {
            let [a, b] = [a, b].map(|number| number.as_f64().unwrap_or(f64::NAN));
            assert!(close(a, b), "{path}: {a}, {b}");
        }
        (Value::String(a), Value::String(b)) if a != b => {
            let words = |text: &str| {
                let word = |word: &str| word.trim_matches(['(', ')', ',', '.', ';', ':']).to_owned();
                text.split(' ').map(word).collect::<Vec<_>>()
            };
            let [a, b] = [a, b].map(|text| words(text));
            assert_eq!(a.len(), b.len(), "{path}: {a:?}, {b:?}");
            let is_same = |(a, b): (&String, &String)| match (a.parse(), b.parse()) {
                (Ok(a), Ok(b)) => close(a, b),
                _ => a == b,
            };
            assert!(a.iter().zip(&b).all(is_same), "{path}: {a:?}, {b:?}");
        }
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len(), "{path}");
            a.iter().zip(b).enumerate().for_each(|(at, (a, b))| same(a, b, close, &format!("{path}[{at}]")));
        }
        (Value::Object(a), Value::Object(b)) => {
            assert!(a.keys().eq(b.keys()), "{path}");
            a.iter().for_each(|(name, value)| same(value, &b[name], close, &format!("{path}.{name}")));
        }
        _ => assert_eq!(here, there, "{path}"),
    }
}

/// How many random inputs a topic is compared with.
fn seeds() -> u64 {
    std::env::var("SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(20)
}

fn compare(browser: &mut Browser, topic: &str, options: &[&str], close: Close) {
    let options = [options, &["--format", "json"]].concat();
    let here = native(topic, &options);
    let there = in_page(browser, &[&[topic], &options[..]].concat());
    let [here, there] = [here, there].map(|text| serde_json::from_str::<Value>(&text).expect("JSON"));
    same(&here, &there, close, &format!("{topic} {options:?}"));
}

/// The whole page, for the source's numbers and for those of `SEEDS` variants.
fn compare_whole_pages(topics: &[&str]) {
    let mut browser = Browser::start();
    open(&mut browser, "conv_backprop.html");
    for topic in topics {
        compare(&mut browser, topic, &[], in_doubles);
        for seed in 1..=seeds() {
            compare(&mut browser, topic, &["--variant", &seed.to_string()], in_doubles);
        }
    }
}

#[test]
fn the_page_computes_what_the_program_computes() {
    compare_whole_pages(&BY_HAND);
}

#[test]
fn the_page_simulates_what_the_program_simulates() {
    compare_whole_pages(&["resnet_shortcut"]);
}

/// Where networks are trained: the keys of the variants in all digits, and the whole pages with little training.
fn compare_trained(topic: &str, little: &[&str]) {
    let mut browser = Browser::start();
    open(&mut browser, "conv_backprop.html");
    compare(&mut browser, topic, &[], trained);
    for seed in 1..=seeds() {
        let seed = seed.to_string();
        compare(&mut browser, topic, &["--variant", &seed, "--key"], in_doubles);
        let key = json_of(topic, &["--variant", &seed, "--key"]);
        let drawn = key["inputs"].as_object().expect("inputs").iter().filter(|(name, _)| *name != "variant");
        let drawn: Vec<_> = drawn
            .flat_map(|(name, text)| [format!("--{name}"), text.as_str().expect("a text").to_owned()])
            .chain(["--seed".to_owned(), seed])
            .collect();
        let drawn: Vec<_> = drawn.iter().map(String::as_str).collect();
        compare(&mut browser, topic, &[&drawn, little].concat(), trained);
    }
}

#[test]
fn the_page_trains_what_the_program_trains_for_several_labels() {
    compare_trained("multilabel_softmax", &["--epochs", "1"]);
}

#[test]
fn the_page_trains_what_the_program_trains_for_a_velocity() {
    compare_trained("velocity_heads", &["--epochs", "1", "--train-size", "20"]);
}

/// Exact numbers are the same to the byte: a whole page of them.
#[test]
fn exact_pages_are_the_same_bytes() {
    let mut browser = Browser::start();
    open(&mut browser, "conv_backprop.html");
    for options in [&["--format", "json"][..], &["--variant", "7", "--format", "json"]] {
        let there = in_page(&mut browser, &[&["conv_backprop"], options].concat());
        assert_eq!(there, native("conv_backprop", options));
    }
}

#[test]
fn pages_are_as_before_until_something_is_changed() {
    let mut browser = Browser::start();
    for topic in TOPICS {
        for page in [format!("{topic}.html"), format!("{topic}-sheet-1.html")] {
            open(&mut browser, &page);
            for kind in ["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"] {
                assert_eq!(browser.events(kind), [&Value::Null; 0], "{page}");
            }
            let asked = browser.events("Network.requestWillBeSent");
            let asked: Vec<_> = asked.iter().filter_map(|event| event["request"]["url"].as_str()).collect();
            let others = asked.iter().filter(|url| !url.starts_with("data:") && !url.starts_with("blob:"));
            assert_eq!(
                others.collect::<Vec<_>>(),
                [&address(&page).as_str()],
                "the program is not loaded yet"
            );
            let text = fs::read_to_string(target().join("live-site").join(&page)).expect("the page");
            assert!(text.contains("<form class=\"live\" hidden"), "without scripts there is no form");
        }
    }
}

#[test]
fn the_program_is_small_and_says_nothing_of_the_folders_it_was_built_in() {
    let script = fs::read_to_string(target().join("live-site/program.js")).expect("the program");
    let packed = from_base64(&json!(script.split('"').nth(1)));
    assert!(packed.len() <= 1_000_000, "{} bytes to load", packed.len());
    let mut program = Vec::new();
    flate2::read::GzDecoder::new(&*packed).read_to_end(&mut program).expect("it is packed");
    assert!(program.starts_with(b"\0asm"));
    assert!(program.len() <= 2_500_000, "{} bytes", program.len());
    let says = |words: &str| program.windows(words.len()).any(|bytes| bytes == words.as_bytes());
    assert!(says(" minutes. Prerequisites: ") && !says(env!("CARGO_MANIFEST_DIR")) && !says("registry/src"));
}

/// What only live pages need is only on them.
#[test]
fn other_pages_are_without_it() {
    let page = native("conv_backprop", &["--format", "html"]);
    for part in
        ["data-topic=", "data-formula=", "data-inputs=", "data-answer=", "data-open=", "class=\"live\""]
    {
        assert!(!page.contains(part), "{part}");
    }
}

#[test]
fn changed_pages_pass_axe_at_all_widths() {
    let axe = target().join("axe-core/node_modules/axe-core/axe.min.js");
    let axe = fs::read_to_string(&axe).unwrap_or_else(|error| panic!("{}: {error}", axe.display()));
    let shots = target().join("screenshots/live");
    fs::create_dir_all(&shots).expect("there is room for screenshots");
    let mut browser = Browser::start();
    for topic in TOPICS {
        for page in [format!("{topic}.html"), format!("{topic}-sheet-1.html")] {
            for (width, scheme) in [(390, "light"), (1280, "dark"), (1920, "light")] {
                browser.show_as(width, "screen", scheme);
                open(&mut browser, &page);
                if BY_HAND.contains(&topic) && !page.contains("sheet") {
                    browser.evaluate("document.querySelector('[name=variant]').click()");
                    followed(&mut browser);
                    // What can be scrolled is found a moment later; what is marked as new has faded.
                    browser.evaluate("new Promise(done => setTimeout(done, 400))");
                    browser.evaluate("document.getAnimations().forEach(animation => animation.finish())");
                }
                let plain = browser.evaluate("document.querySelectorAll('.formula:not(:has(math))').length");
                assert_eq!(plain, 0, "{page} has lost a formula");
                let wide = browser.evaluate("document.documentElement.scrollWidth");
                assert_eq!(wide, width, "{page} has to be scrolled sideways");
                browser.evaluate(&format!("{axe}; null"));
                let found = browser.evaluate(
                    "axe.run().then(found => found.violations.map(v => [v.id, v.nodes.slice(0, 3).map(n => n.html)]))",
                );
                assert_eq!(found, json!([]), "{page}, {scheme}, {width}");
                let shot = browser.call("Page.captureScreenshot", &json!({}));
                let path = shots.join(format!("{}-{width}.png", page.trim_end_matches(".html")));
                fs::write(path, from_base64(&shot["data"])).expect("it is written");
            }
        }
    }
}

fn from_base64(data: &Value) -> Vec<u8> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.decode(data.as_str().expect("a picture")).expect("in base 64")
}
