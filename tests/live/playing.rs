//! What teachers and students do in a live page.

use super::*;
use comparing::{in_doubles, same};

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
    followed(&mut browser);
    assert_eq!(
        browser.evaluate("[location.hash, document.querySelector('[name=undo]').disabled]"),
        json!(["", true])
    );
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
    let line = refused(&mut browser);
    assert!(line.starts_with("--image: given "), "{line}");
    // What was refused is taken back, and not what was right before.
    let undo = "document.querySelector('[name=undo]').click()";
    browser.evaluate(undo);
    said(&mut browser, "^The page is as it was");
    assert_eq!(text(&mut browser, ".refused"), "");
    assert_eq!(browser.evaluate("document.querySelector('input[aria-label=\"image[0,1]\"]').value"), "-0.3");
    assert_eq!(browser.evaluate("document.querySelector('[aria-invalid=true]')"), Value::Null);
    assert_eq!(shown(&mut browser, "a1"), changed);
    browser.evaluate(undo);
    followed(&mut browser);
    assert_eq!(browser.evaluate("document.querySelector('[name=undo]').disabled"), true);

    let before = shown(&mut browser, "a1");
    assert_ne!(before, changed);
    focus(&mut browser, "kernel_1[0,1]");
    type_in(&mut browser, "1,5");
    assert_eq!(refused(&mut browser), "--kernel-1: kernel_1[0,1] is 1,5: write a decimal point");
    assert_eq!(marked_wrong(&mut browser), json!(["kernel_1[0,1]"]));
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
        let said = said(&mut browser, ".");
        assert_eq!(said, "The numbers of the link cannot be used. These are other ones.");
        let line = text(&mut browser, ".refused");
        assert!(line.starts_with(why), "{link}: {line}");
        assert_eq!(shown(&mut browser, "a1"), before, "{link}");
        assert_eq!(browser.evaluate("location.hash"), "", "the address is that of what is shown");
    }
    change(&mut browser, "learning_rate", "");
    let line = refused(&mut browser);
    assert!(line.starts_with("--learning-rate: given \"\": "), "{line}");
}

/// Rows, columns and whole matrices, of sizes that have to fit each other.
#[test]
fn sizes_change_together() {
    let mut browser = Browser::start();
    open(&mut browser, "conv_backprop.html#variant=3");
    followed(&mut browser);
    let press = |browser: &mut Browser, label: &str| {
        browser.evaluate(&format!("document.querySelector('[aria-label=\"{label}\"]').click()"));
        said(browser, ".")
    };
    let waits = press(&mut browser, "image: one row more");
    assert!(waits.contains("Your image will be used"), "{waits}");
    press(&mut browser, "delta: one row more");
    let hash = browser.evaluate("location.hash").as_str().unwrap_or_default().to_owned();
    assert!(hash.contains("delta=") && !hash.contains("variant"), "{hash}");
    assert_eq!(shown(&mut browser, "a2").len(), 6);
    open(&mut browser, "multilabel_softmax.html#epochs=1");
    followed(&mut browser);
    for label in ["labels", "labels", "scores", "scores"] {
        press(&mut browser, &format!("{label}: one column more"));
    }
    is_whole(&mut browser);
    assert_eq!(shown(&mut browser, "target").len(), 6);
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

/// The numbers of every page are those of some sheet.
#[test]
fn every_page_leads_to_its_sheet() {
    let mut browser = Browser::start();
    for topic in TOPICS {
        open(&mut browser, &format!("{topic}.html"));
        let (sheet, inputs) =
            ("document.querySelector('.buttons a').href", "document.querySelector('main').dataset.inputs");
        let (link, given) = (browser.evaluate(sheet), browser.evaluate(inputs));
        browser.open("about:blank");
        browser.open(link.as_str().expect("a link"));
        followed(&mut browser);
        assert_eq!(browser.evaluate(inputs), given, "{topic}");
    }
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

    // What is refused elsewhere takes no mark away.
    try_it(&mut browser, "d_kernel_2");
    let wrong = marked_wrong(&mut browser);
    assert_ne!(wrong, json!([]));
    change(&mut browser, "learning_rate", "x");
    refused(&mut browser);
    browser.evaluate("document.querySelector('[name=undo]').click()");
    said(&mut browser, "^The page is as it was");
    assert_eq!(marked_wrong(&mut browser), wrong);

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
    assert_eq!(marked_wrong(&mut browser), json!(["your a1[0,0]"]), "what is carried is no mistake");
    // A reload loses nothing.
    open(&mut browser, "conv_backprop-sheet-1.html");
    assert_eq!(judged(&mut browser, "a2"), verdict);
}

fn rows(entries: &[String], width: usize) -> String {
    entries.chunks(width).map(|row| row.join(" ")).collect::<Vec<_>>().join("; ")
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

/// Where a section is told anew, the keyboard stays where it was.
#[test]
fn the_focus_stays_where_it_is() {
    let mut browser = Browser::start();
    open(&mut browser, "conv_backprop.html");
    focus(&mut browser, "image[3,3]");
    browser.evaluate("document.activeElement.select()");
    browser.call("Input.insertText", &json!({"text": "2"}));
    browser.press("Tab");
    let next = "[document.activeElement.localName, document.activeElement.textContent]";
    let on = browser.evaluate(next);
    assert_ne!(on[0], "body");
    followed(&mut browser);
    assert_eq!(browser.evaluate(next), on);
    browser.evaluate(
        "document.querySelector('[name=undo]').focus(); document.querySelector('[name=undo]').click()",
    );
    followed(&mut browser);
    assert_eq!(browser.evaluate("document.activeElement.name"), "variant");
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
    assert!(followed(&mut browser).ends_with("The address holds all but the picture."));
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
    followed(&mut browser);
    let address = browser.evaluate("location.hash");
    assert!(address.as_str().is_some_and(|address| address.starts_with("#image=7")), "{address}");
    assert_eq!(text(&mut browser, "#picture-desc"), shown);
    choose(&mut browser, &words);
    let line = refused(&mut browser);
    assert!(line.starts_with("--picture: given "), "{line}");
    assert_eq!(browser.evaluate("document.querySelector('[aria-invalid=true]').name"), "picture");
    assert_eq!(text(&mut browser, "#picture-desc"), shown);

    // Back, step by step, and at once; what was refused comes first.
    let undo = "document.querySelector('[name=undo]').click()";
    let file_shown = "document.querySelector('[type=file]').files[0]?.name";
    browser.evaluate(undo);
    said(&mut browser, "^The page is as it was");
    assert_eq!(text(&mut browser, ".refused"), "");
    assert_eq!(browser.evaluate(file_shown), "step.png");
    browser.evaluate(undo);
    followed(&mut browser);
    assert_eq!(browser.evaluate("location.hash"), "");
    assert_eq!(text(&mut browser, "#picture-desc"), shown);
    assert_eq!(browser.evaluate(file_shown), "step.png");
    browser.evaluate(undo);
    followed(&mut browser);
    assert_eq!(browser.evaluate("document.querySelector('[name=undo]').disabled"), true);
    assert_eq!(text(&mut browser, "#picture-desc"), drawn);
    assert_eq!(browser.evaluate(file_shown), Value::Null);
    choose(&mut browser, &photo);
    followed(&mut browser);
    assert_eq!(text(&mut browser, "#picture-desc"), shown);
    browser.evaluate("document.querySelector('[name=source]').click()");
    followed(&mut browser);
    assert_eq!(text(&mut browser, "#picture-desc"), drawn);

    open(&mut browser, "laplacian.html#picture=photo.png");
    assert_eq!(refused(&mut browser), "--picture: a link holds no picture, choose its file here");
}
