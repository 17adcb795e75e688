//! The live pages in a browser. `.ci/run` makes them where it can, in `target/live-site`, and runs this:
//! `cargo test --features live --test live`.

#[path = "../browser/chromium.rs"]
mod chromium;
mod comparing;
mod pages;
mod playing;
mod typing;
mod waiting;

use chromium::Browser;
use serde_json::{Value, json};
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

/// Writes where the caret is.
fn write(browser: &mut Browser, text: &str) {
    browser.call("Input.insertText", &json!({"text": text}));
}

/// Writes into the field that has the focus, in the place of what is there, and does not leave it yet.
fn begin_to_type(browser: &mut Browser, text: &str) {
    browser.evaluate("document.activeElement.select()");
    write(browser, text);
}

/// Types into the field that has the focus, in the place of what is there, and leaves it.
fn type_in(browser: &mut Browser, text: &str) {
    begin_to_type(browser, text);
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

/// Waits until the page says such words of a change, a link or a stop, and takes them away: the same words, later, are those
/// of what came later.
fn said(browser: &mut Browser, words: &str) -> String {
    let line = wait(
        browser,
        &format!(
            "(place => {{ const line = place.textContent; if (/{words}/.test(line)) {{ place.textContent = ''; return line; }} }})
                (document.querySelector('.followed'))"
        ),
    );
    line.as_str().expect("a line").to_owned()
}

/// Waits until the page has followed a change or a link.
fn followed(browser: &mut Browser) -> String {
    said(browser, "changed|^These are the numbers of the link")
}

/// Waits until nothing of the page is missing any longer.
fn is_whole(browser: &mut Browser) {
    wait(browser, "!document.querySelector('main').matches('[data-cut-short]')");
}

/// Waits until a change or a link has been refused, and reads why.
fn refused(browser: &mut Browser) -> String {
    said(browser, "^The page is as it was|cannot be used");
    text(browser, ".refused")
}

fn assert_close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    // The page shows four decimals.
    assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() <= 0.000_050_1), "{found:?}, {expected:?}");
}

/// Writes into the field of an option, leaves it, and does at once what comes then.
fn change_and(browser: &mut Browser, name: &str, text: &str, then: &str) {
    browser.evaluate(&format!(
        "(() => {{ const field = document.querySelector('[name={name}]'); field.value = '{text}';
            field.dispatchEvent(new Event('change', {{ bubbles: true }})); {then} }})()"
    ));
}

fn change(browser: &mut Browser, name: &str, text: &str) {
    change_and(browser, name, text, "");
}

/// Presses the button at a result: it is hidden and fields are there, or it is shown again.
fn try_it(browser: &mut Browser, name: &str) {
    browser.evaluate(&format!("document.querySelector('[data-answer={name}] .try').click()"));
}

/// The numbers that the page is told with, by their names.
fn inputs(browser: &mut Browser) -> Value {
    let inputs = browser.evaluate("document.querySelector('main').dataset.inputs");
    serde_json::from_str(inputs.as_str().expect("the page has them")).expect("JSON")
}

/// The fields that are marked as wrong, by their labels.
fn marked_wrong(browser: &mut Browser) -> Value {
    browser.evaluate("[...document.querySelectorAll('[aria-invalid=true]')].map(field => field.ariaLabel)")
}

fn from_base64(data: &Value) -> Vec<u8> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.decode(data.as_str().expect("a picture")).expect("in base 64")
}
