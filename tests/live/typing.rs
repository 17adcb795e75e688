//! Who types, presses and scrolls while the page follows loses nothing by it.

use super::*;

fn focused(browser: &mut Browser) -> Value {
    browser.evaluate(
        "document.activeElement.ariaLabel ?? document.activeElement.textContent.trim().slice(0, 40)",
    )
}

/// Presses a mouse button on an element, and lets it go after a while.
fn press_slowly(browser: &mut Browser, element: &str) {
    browser.point_at(element, false);
    let middle = browser.evaluate(&format!(
        "(({{ x, y, width, height }}) => [x + width / 2, y + height / 2])(({element}).getBoundingClientRect())"
    ));
    for kind in ["mousePressed", "mouseReleased"] {
        let event = json!({"type": kind, "x": middle[0], "y": middle[1], "button": "left", "clickCount": 1});
        browser.call("Input.dispatchMouseEvent", &event);
        browser.evaluate("new Promise(done => setTimeout(done, 400))");
    }
}

fn paste(browser: &mut Browser, text: &str) {
    browser.evaluate(&format!(
        "(() => {{
            const copied = new DataTransfer();
            copied.setData('text', {});
            document.activeElement.dispatchEvent(
                new ClipboardEvent('paste', {{ clipboardData: copied, bubbles: true, cancelable: true }}));
        }})()",
        json!(text)
    ));
}

fn click(browser: &mut Browser, element: &str) {
    browser.evaluate(&format!("document.querySelector('{element}').click()"));
}

#[test]
fn a_link_of_the_contents_keeps_the_numbers() {
    let mut browser = Browser::start();
    browser.show_as(1280, "screen", "light");
    open(&mut browser, "conv_backprop.html");
    focus(&mut browser, "image[0,0]");
    type_in(&mut browser, "2");
    followed(&mut browser);
    let changed = shown(&mut browser, "d_kernel_1");
    click(&mut browser, ".contents a[href=\"#section-4\"]");
    let is_there = "Math.abs(document.querySelector('#section-4').getBoundingClientRect().top) < 40";
    wait(&mut browser, is_there);
    let hash = browser.evaluate("location.hash").as_str().unwrap_or_default().to_owned();
    assert!(hash.starts_with("#image=2") && hash.ends_with("&section-4"), "{hash}");
    assert_eq!(focused(&mut browser), text(&mut browser, "#section-4 h2"));
    assert_eq!(shown(&mut browser, "d_kernel_1"), changed);
    click(&mut browser, "[name=undo]");
    followed(&mut browser);
    assert_ne!(shown(&mut browser, "d_kernel_1"), changed);

    // Such an address leads there, with its numbers, past sections that are laid out only once they are in sight.
    browser.show_as(390, "screen", "light");
    open(&mut browser, &format!("conv_backprop.html{hash}"));
    followed(&mut browser);
    assert_eq!(shown(&mut browser, "d_kernel_1"), changed);
    wait(&mut browser, is_there);
    let hash = hash.replace("section-4", "step-40");
    open(&mut browser, &format!("conv_backprop.html{hash}"));
    followed(&mut browser);
    wait(
        &mut browser,
        "(({ top, bottom }) => 0 <= top && bottom <= 720)(document.querySelector('[data-step=\"40\"]').getBoundingClientRect())",
    );
}

#[test]
fn who_types_while_the_page_follows_types_on() {
    let mut browser = Browser::start();
    open(&mut browser, "conv_backprop.html");
    focus(&mut browser, "image[0,0]");
    begin_to_type(&mut browser, "2");
    browser.press("Tab");
    write(&mut browser, "0.");
    followed(&mut browser);
    let caret = "[document.activeElement.value, document.activeElement.selectionStart, document.activeElement.selectionEnd]";
    assert_eq!(focused(&mut browser), "image[0,1]");
    assert_eq!(browser.evaluate(caret), json!(["0.", 2, 2]));
    let first_row = |browser: &mut Browser| {
        inputs(browser)["image"].as_str().expect("rows").split(';').next().map(str::to_owned)
    };
    assert_eq!(first_row(&mut browser).as_deref(), Some("2 -0.3 -0.7 0.5"));
    write(&mut browser, "375");
    browser.press("Tab");
    // What was typed by then counts, also where nothing more is typed.
    write(&mut browser, "7");
    followed(&mut browser);
    assert_eq!(first_row(&mut browser).as_deref(), Some("2 0.375 -0.7 0.5"));
    browser.press("Tab");
    followed(&mut browser);
    assert_eq!(first_row(&mut browser).as_deref(), Some("2 0.375 7 0.5"));

    // The browser's own way back counts nothing that was not finished.
    write(&mut browser, "0.");
    browser.evaluate("history.back()");
    followed(&mut browser);
    assert_eq!(first_row(&mut browser).as_deref(), Some("2 0.375 -0.7 0.5"));
    assert_eq!(browser.evaluate(caret), json!(["0.", 2, 2]));

    // Nor does a change that changes nothing take away what is being typed.
    open(&mut browser, "conv_backprop.html");
    focus(&mut browser, "image[2,0]");
    begin_to_type(&mut browser, "-0.10");
    browser.press("Tab");
    write(&mut browser, "0.");
    assert_eq!(said(&mut browser, "."), "Nothing has changed.");
    assert_eq!(browser.evaluate(caret), json!(["0.", 2, 2]));

    // The same in an option, whose field stays.
    open(&mut browser, "conv_backprop.html");
    focus(&mut browser, "image[1,0]");
    begin_to_type(&mut browser, "3");
    browser.evaluate("document.querySelector('[name=learning_rate]').focus()");
    begin_to_type(&mut browser, "0.");
    followed(&mut browser);
    assert_eq!(browser.evaluate(caret), json!(["0.", 2, 2]));
    write(&mut browser, "5");
    browser.press("Tab");
    followed(&mut browser);
    assert_eq!(inputs(&mut browser)["learning_rate"], "0.5");
}

/// While the mouse button is down, what was typed before is computed, and the page must not take the button away.
#[test]
fn who_presses_a_button_after_typing_loses_neither() {
    let mut browser = Browser::start();
    browser.show_as(1280, "screen", "light");
    open(&mut browser, "laplacian.html");
    focus(&mut browser, "image[0,0]");
    begin_to_type(&mut browser, "9");
    press_slowly(&mut browser, "document.querySelector('[aria-label=\"image: one column more\"]')");
    wait(&mut browser, "document.querySelector('main').dataset.inputs.includes('\"9 ')");
    let image = inputs(&mut browser)["image"].as_str().expect("rows").to_owned();
    let rows = image.split("; ").collect::<Vec<_>>();
    assert!(rows[0].starts_with("9 ") && rows[0].ends_with(" 0"), "{image}");
    assert_eq!(rows[0].split(' ').count(), rows[1].split(' ').count());

    open(&mut browser, "conv_backprop.html");
    focus(&mut browser, "kernel_2[0,0]");
    begin_to_type(&mut browser, "9");
    press_slowly(&mut browser, "document.querySelector('[data-answer=a1] .try')");
    followed(&mut browser);
    assert!(inputs(&mut browser)["kernel_2"].as_str().expect("rows").starts_with("9 "));
    assert_eq!(browser.evaluate("document.querySelector('[data-answer=a1]').matches('.trying')"), true);
    assert_eq!(focused(&mut browser), "your a1[0,0]");
}

#[test]
fn a_matrix_is_pasted_over_what_was_being_typed() {
    let mut browser = Browser::start();
    open(&mut browser, "conv_backprop.html");
    focus(&mut browser, "kernel_1[0,0]");
    begin_to_type(&mut browser, "5");
    paste(&mut browser, "1 2\n3 4");
    followed(&mut browser);
    assert_eq!(inputs(&mut browser)["kernel_1"], "1 2; 3 4");
    let fields =
        "[...document.querySelectorAll('.given[data-matrix=kernel_1] input')].map(field => field.value)";
    assert_eq!(browser.evaluate(fields), json!(["1", "2", "3", "4"]));
    // One that is none leaves what is there.
    focus(&mut browser, "kernel_1[0,0]");
    paste(&mut browser, "1 2; 3");
    let line = refused(&mut browser);
    assert!(line.starts_with("--kernel-1: given \"1 2; 3\": row 1,"), "{line}");
    assert_eq!(browser.evaluate(fields), json!(["1", "2", "3", "4"]));
}

#[test]
fn a_field_holds_one_number() {
    let mut browser = Browser::start();
    open(&mut browser, "multilabel_softmax.html");
    let told = inputs(&mut browser);
    for (typed, why) in
        [("", "is empty"), ("1 2", "has room for one number"), ("0,5", "is 0,5: write a decimal point")]
    {
        focus(&mut browser, "labels[0,1]");
        browser.evaluate("document.activeElement.select()");
        if typed.is_empty() {
            browser.evaluate("document.execCommand('delete')");
        }
        write(&mut browser, typed);
        browser.press("Enter");
        assert_eq!(refused(&mut browser), format!("--labels: labels[0,1] {why}"));
        assert_eq!(marked_wrong(&mut browser), json!(["labels[0,1]"]));
        // And it does not slip in with the next change.
        change(&mut browser, "threshold", "0.9");
        assert_eq!(refused(&mut browser), format!("--labels: labels[0,1] {why}"));
        click(&mut browser, "[name=undo]");
        said(&mut browser, "^The page is as it was");
        assert_eq!(inputs(&mut browser), told);
        assert_eq!(marked_wrong(&mut browser), json!([]));
    }

    // The browser's own way back takes away what was refused.
    open(&mut browser, "conv_backprop.html");
    focus(&mut browser, "image[3,3]");
    type_in(&mut browser, "2");
    followed(&mut browser);
    focus(&mut browser, "image[3,3]");
    type_in(&mut browser, "x");
    refused(&mut browser);
    browser.evaluate("history.back()");
    followed(&mut browser);
    let value = browser.evaluate("document.querySelector('[aria-label=\"image[3,3]\"]').value");
    assert_eq!(
        value,
        inputs(&mut browser)["image"].as_str().and_then(|image| image.rsplit(' ').next()).expect("entries")
    );
    assert_eq!(text(&mut browser, ".refused"), "");
}

/// What is longer than it may be once it is written out is written so that it can be read again.
#[test]
fn a_number_that_was_taken_is_taken_again() {
    let mut browser = Browser::start();
    open(&mut browser, "conv_backprop.html");
    for (label, number) in [("image[0,0]", "1e45"), ("image[0,1]", "1e-41"), ("image[0,2]", "3")] {
        focus(&mut browser, label);
        type_in(&mut browser, number);
        followed(&mut browser);
    }
    assert!(inputs(&mut browser)["image"].as_str().expect("rows").starts_with("1e45 1e-41 3 "));
}

/// A matrix of another size stands in the page, and can be worked on, until those that have to fit it are there.
#[test]
fn a_size_that_waits_is_not_forgotten() {
    let mut browser = Browser::start();
    open(&mut browser, "relu_filter_update.html");
    let told = inputs(&mut browser);
    click(&mut browser, "[aria-label=\"target: one row more\"]");
    let words = said(&mut browser, "^The page is as it was");
    assert!(words.contains("Your target will be used"), "{words}");
    focus(&mut browser, "target[0,0]");
    type_in(&mut browser, "7");
    let words = said(&mut browser, "^The page is as it was");
    assert!(words.contains("Your target will be used"), "{words}");
    assert_eq!(inputs(&mut browser), told);
    let where_it_is_said = "document.querySelector('.refused').nextElementSibling.className";
    assert_eq!(browser.evaluate(where_it_is_said), "followed", "and that is said beside it");
    // The picture grows with it.
    click(&mut browser, "[aria-label=\"image: one row more\"]");
    followed(&mut browser);
    let now = inputs(&mut browser);
    let rows =
        |matrix: &Value| matrix.as_str().expect("rows").split("; ").map(str::to_owned).collect::<Vec<_>>();
    assert!(rows(&now["target"])[0].starts_with("7 "), "{now}");
    assert_eq!(rows(&now["target"]).len(), rows(&told["target"]).len() + 1);
    assert_eq!(rows(&now["image"]).len(), rows(&told["image"]).len() + 1);
}

#[test]
fn what_is_tried_stays_as_it_is_when_a_number_changes() {
    let mut browser = Browser::start();
    open(&mut browser, "conv_backprop.html");
    try_it(&mut browser, "a1");
    write(&mut browser, "0.5");
    browser.press("Tab");
    focus(&mut browser, "image[0,0]");
    type_in(&mut browser, "2");
    followed(&mut browser);
    let tried = "document.querySelector('[data-answer=a1]').matches('.trying')";
    assert_eq!(browser.evaluate(tried), true, "the result is not given away");
    let label = "document.querySelector('[data-answer=a1] .try').textContent";
    assert_eq!(browser.evaluate(label), "Show the result");
    assert_eq!(browser.evaluate("document.querySelector('[aria-label=\"your a1[0,0]\"]').value"), "0.5");
    // What was looked at is not hidden again.
    try_it(&mut browser, "a1");
    focus(&mut browser, "image[0,0]");
    type_in(&mut browser, "3");
    followed(&mut browser);
    assert_eq!(browser.evaluate(tried), false);
    assert_eq!(browser.evaluate(label), "Try it yourself");
}

#[test]
fn an_answer_that_is_no_number_is_told_so_at_its_field() {
    let mut browser = Browser::start();
    open(&mut browser, "conv_backprop.html");
    try_it(&mut browser, "L");
    let verdict = "document.querySelector('[data-answer=L] .judged').textContent";
    for (typed, why) in [("0,5", "your L is 0,5: write a decimal point"), ("abc", "abc is not a number")] {
        focus(&mut browser, "your L");
        type_in(&mut browser, typed);
        wait(&mut browser, &format!("{verdict} === {}", json!(why)));
        assert_eq!(marked_wrong(&mut browser), json!(["your L"]));
    }
    // A reload keeps the answer, and what is said of it.
    open(&mut browser, "conv_backprop-sheet-1.html");
    focus(&mut browser, "your a1[0,0]");
    type_in(&mut browser, "0,5");
    let why = "[...document.querySelectorAll('.judged')].some(line => line.textContent === 'your a1[0,0] is 0,5: write a decimal point')";
    wait(&mut browser, why);
    open(&mut browser, "conv_backprop-sheet-1.html");
    wait(&mut browser, why);
    assert_eq!(marked_wrong(&mut browser), json!(["your a1[0,0]"]));
}

const IS_IN_SIGHT: &str = "[...document.querySelector('.refused').getClientRects()].every(({ left, right, top, bottom }) =>
    [[left + 8, top + 2], [left + 8, bottom - 2]].every(([x, y]) => document.elementFromPoint(x, y)?.closest('.refused')))";

/// The line that refuses something is where whoever typed it looks, and nothing lies above it.
#[test]
fn the_line_that_refuses_is_in_sight() {
    let mut browser = Browser::start();
    for width in [390, 1280] {
        browser.show_as(width, "screen", "light");
        for (topic, label) in [
            ("resnet_shortcut", "weights[0,0]"),
            ("resnet_shortcut", "pixel[0,0]"),
            ("conv_backprop", "image[3,3]"),
            ("conv_backprop", "delta[0,0]"),
        ] {
            open(&mut browser, &format!("{topic}.html"));
            focus(&mut browser, label);
            type_in(&mut browser, "x");
            refused(&mut browser);
            wait(&mut browser, IS_IN_SIGHT);
        }
    }
    browser.show_as(390, "screen", "light");
    open(&mut browser, "conv_backprop.html#image=1+2+3");
    refused(&mut browser);
    wait(&mut browser, IS_IN_SIGHT);
    // Whoever changes a size reads it there, and not where the other matrix is.
    open(&mut browser, "resnet_shortcut.html#weights=1%3B2&pixel=1&padding=1+0");
    followed(&mut browser);
    browser.evaluate("document.querySelector('[aria-label=\"pixel: one row more\"]').focus()");
    click(&mut browser, "[aria-label=\"pixel: one row more\"]");
    assert!(refused(&mut browser).starts_with("--weights: "));
    let said_at =
        "document.querySelector('.refused').previousElementSibling.querySelector('.given').dataset.matrix";
    assert_eq!(browser.evaluate(said_at), "pixel");
    wait(&mut browser, IS_IN_SIGHT);
    open(&mut browser, "velocity_heads.html");
    browser.evaluate(
        "document.querySelector('.option:not([hidden]):last-child input')?.scrollIntoView({ block: 'end' })",
    );
    change(&mut browser, "epochs", "x");
    refused(&mut browser);
    wait(&mut browser, IS_IN_SIGHT);
}

/// On a phone, what is told of a cell stays in sight, and so does what has the focus.
#[test]
fn the_focus_is_not_covered() {
    let mut browser = Browser::start();
    browser.show_as(390, "screen", "light");
    open(&mut browser, "conv_backprop.html");
    let is_seen = browser.evaluate(
        "(cell => {
            const top = () => cell.getBoundingClientRect().top;
            scrollBy(0, top() - 550);
            cell.focus();
            return document.elementFromPoint(cell.getBoundingClientRect().left + 8, top() + 8) === cell;
        })(document.querySelector('.result > table[data-matrix=a1] td[data-uses]'))",
    );
    assert_eq!(is_seen, true);
    let explained = "document.querySelector('.sum.pointed').getBoundingClientRect()";
    assert_eq!(
        browser.evaluate(&format!("(({{ top, bottom }}) => 0 <= top && bottom <= 720)({explained})")),
        true
    );
}

#[test]
fn the_focus_is_not_lost_where_its_button_is() {
    let mut browser = Browser::start();
    open(&mut browser, "resnet_shortcut.html#pixel=1%3B2");
    followed(&mut browser);
    let less = "[aria-label=\"pixel: one row less\"]";
    browser.evaluate(&format!("document.querySelector('{less}').focus()"));
    click(&mut browser, less);
    followed(&mut browser);
    assert_eq!(focused(&mut browser), "pixel: one row more", "the other cannot be pressed");
    // Where a section is computed anew, once it is there.
    open(&mut browser, "multilabel_softmax.html#epochs=1");
    followed(&mut browser);
    let trained = "[...document.querySelectorAll('main > section')].findLast(section => section.querySelector('summary'))";
    browser.evaluate(&format!("{trained}.querySelector('summary').focus()"));
    let summary = focused(&mut browser);
    change(&mut browser, "epochs", "2");
    wait(&mut browser, &format!("{trained}.matches('.stale')"));
    is_whole(&mut browser);
    assert_eq!(focused(&mut browser), summary);
    open(&mut browser, "conv_backprop.html");
    browser.evaluate("document.querySelector('details + button.try').focus()");
    click(&mut browser, "details + button.try");
    followed(&mut browser);
    assert_ne!(browser.evaluate("document.activeElement.localName"), "body");
}

#[test]
fn undo_does_not_lead_out_of_the_page() {
    let mut browser = Browser::start();
    open(&mut browser, "conv_backprop.html");
    let told = inputs(&mut browser);
    for (label, number) in [("image[0,0]", "2"), ("image[0,1]", "3")] {
        focus(&mut browser, label);
        type_in(&mut browser, number);
        followed(&mut browser);
    }
    // The page stays where it is looked at.
    browser.evaluate("document.querySelector('[name=undo]').scrollIntoView({ block: 'center' })");
    let at = browser.evaluate("scrollY");
    // Impatiently, at once and while the page follows.
    let undo = "document.querySelector('[name=undo]').click();";
    browser.evaluate(&format!(
        "addEventListener('popstate', () => setTimeout(() => {{ {undo} {undo} }}), {{ once: true }}); {undo} {undo} {undo}"
    ));
    browser.evaluate("new Promise(done => setTimeout(done, 500))");
    followed(&mut browser);
    assert_eq!(inputs(&mut browser), told);
    assert_eq!(browser.evaluate("scrollY"), at);
    assert_eq!(
        browser.evaluate("[location.hash, document.querySelector('[name=undo]').disabled]"),
        json!(["", true])
    );

    // What is left half-way leaves the address where the page is.
    for number in ["2", "3"] {
        focus(&mut browser, "image[0,0]");
        type_in(&mut browser, number);
        followed(&mut browser);
    }
    let hash = browser.evaluate("location.hash");
    browser.evaluate(
        "addEventListener('popstate', () => setTimeout(() => {
            const field = document.querySelector('[aria-label=\"image[0,1]\"]');
            field.value = 'x';
            field.dispatchEvent(new Event('change', { bubbles: true }));
        }), { once: true });
        history.back()",
    );
    refused(&mut browser);
    assert_eq!(browser.evaluate("location.hash"), hash);
}

#[test]
fn what_changes_nothing_says_so() {
    let mut browser = Browser::start();
    open(&mut browser, "conv_backprop.html#variant=3");
    followed(&mut browser);
    let told = inputs(&mut browser);
    change(&mut browser, "forward", "convolution");
    assert_eq!(said(&mut browser, "."), "Nothing has changed.");
    assert_eq!(inputs(&mut browser), told);
    assert_eq!(browser.evaluate("document.querySelector('[name=undo]').disabled"), true);
    // From the variant that was changed, one goes on to the next.
    focus(&mut browser, "image[0,0]");
    type_in(&mut browser, "9");
    followed(&mut browser);
    click(&mut browser, "[name=variant]");
    followed(&mut browser);
    assert_eq!(inputs(&mut browser)["variant"], "4");
    open(&mut browser, "conv_backprop.html#variant=5-5");
    followed(&mut browser);
    click(&mut browser, "[name=variant]");
    followed(&mut browser);
    assert_eq!(inputs(&mut browser)["variant"], "6");
}

/// Where a part of the page is missing, no step is empty, and the address names the one that is shown.
#[test]
fn steps_pass_over_what_is_left_out() {
    let mut browser = Browser::start();
    open(&mut browser, "velocity_heads.html#step-3");
    let hash =
        |browser: &mut Browser| browser.evaluate("location.hash").as_str().unwrap_or_default().to_owned();
    focus(&mut browser, "velocity[0,0]");
    type_in(&mut browser, "-0.75");
    wait(
        &mut browser,
        "document.querySelector('section.stale') && (document.querySelector('[name=stop]').click(), true)",
    );
    said(&mut browser, "^Stopped");
    assert!(hash(&mut browser).ends_with("&step-3"), "{}", hash(&mut browser));
    let shown = "['.later', '.unsolved'].map(kind => document.querySelectorAll(`[data-step]${kind}`).length)";
    let next = "document.querySelectorAll('.steps button')[2]";
    let mut seen = browser.evaluate(shown);
    let mut steps = 0;
    while browser.evaluate(&format!("{next}.disabled")) == false {
        browser.evaluate(&format!("{next}.click()"));
        let now = browser.evaluate(shown);
        assert_ne!(now, seen, "{}", text(&mut browser, ".steps [role=status]"));
        seen = now;
        steps += 1;
    }
    assert!(steps > 10, "{steps}");
    let status = text(&mut browser, ".steps [role=status]");
    let at = status.split(' ').nth(1).expect("a number").to_owned();
    assert!(hash(&mut browser).ends_with(&format!("&step-{at}")), "{status}, {}", hash(&mut browser));
}

/// What is still being computed anew is not printed among the new numbers.
#[test]
fn what_is_out_of_date_is_not_printed() {
    let mut browser = Browser::start();
    open(&mut browser, "velocity_heads.html");
    focus(&mut browser, "velocity[0,0]");
    type_in(&mut browser, "-0.75");
    wait(&mut browser, "document.querySelector('section.stale')");
    browser.show_as(1280, "print", "light");
    let printed = "[...document.querySelectorAll('section.stale')].map(section => section.offsetHeight)";
    let heights = browser.evaluate(printed);
    assert!(
        heights
            .as_array()
            .is_some_and(|heights| !heights.is_empty() && heights.iter().all(|height| height == 0)),
        "{heights}"
    );
    let note = browser.evaluate("getComputedStyle(document.querySelector('main'), '::before').content");
    assert!(
        note.as_str().is_some_and(|note| note.contains("has not been computed yet")),
        "and that is said: {note}"
    );
}
