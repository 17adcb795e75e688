//! Formulas as `MathML`, which browsers render themselves.

use maud::{Markup, PreEscaped, html};

/// The formula on a line of its own: in plain Unicode, should its LaTeX be beyond the converter. A live page goes on with
/// what its formulas were at first, so that the program it loads needs no converter.
pub(super) fn formula(latex: &str, plain: &str, is_live: bool) -> Markup {
    html! {
        div.formula.scroll data-formula=[is_live.then_some(latex)] {
            @if let Some(math) = mathml(latex) { (PreEscaped(math)) } @else { (plain) }
        }
    }
}

#[cfg(target_family = "wasm")]
fn mathml(_: &str) -> Option<String> {
    None
}

#[cfg(not(target_family = "wasm"))]
fn mathml(latex: &str) -> Option<String> {
    use pulldown_latex::config::DisplayMode;
    use pulldown_latex::{Parser, RenderConfig, Storage, push_mathml};

    let understood = Parser::new(latex, &Storage::new()).all(|event| event.is_ok());
    let mut math = String::new();
    let config = RenderConfig { display_mode: DisplayMode::Block, ..RenderConfig::default() };
    push_mathml(&mut math, Parser::new(latex, &Storage::new()), config).ok()?;
    // The converter leaves the escape of an underscore in upright text, where LaTeX takes it away.
    understood.then(|| math.replace(r"\_", "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latex_becomes_mathml() {
        let math = mathml(r"\frac{1}{\text{pre\_activation}}").unwrap();
        assert!(math.starts_with("<math display=\"block\">"), "{math}");
        assert!(math.contains("<mrow><mtext>pre_activation</mtext></mrow></mfrac>"), "{math}");
    }

    #[test]
    fn what_the_converter_does_not_know_is_left_plain() {
        assert_eq!(mathml(r"\nosuchcommand"), None);
        assert!(formula(r"\frac{", "1 < 2", false).into_string().contains("1 &lt; 2"));
    }

    #[test]
    fn markup_in_a_formula_stays_text() {
        let math = mathml(r"\text{<script>}").unwrap();
        assert!(math.contains("&lt;script") && !math.contains("<script"), "{math}");
    }
}
