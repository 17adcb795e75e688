//! Formulas as `MathML`, which browsers render themselves.

use maud::{Markup, PreEscaped, html};
use pulldown_latex::config::DisplayMode;
use pulldown_latex::{Parser, RenderConfig, Storage, push_mathml};

/// The formula on a line of its own: in plain Unicode, should its LaTeX be beyond the converter.
pub(super) fn formula(latex: &str, plain: &str) -> Markup {
    html! {
        div.formula.scroll {
            @if let Some(math) = mathml(latex) { (PreEscaped(math)) } @else { (plain) }
        }
    }
}

fn mathml(latex: &str) -> Option<String> {
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
        assert!(formula(r"\frac{", "1 < 2").into_string().contains("1 &lt; 2"));
    }

    #[test]
    fn markup_in_a_formula_stays_text() {
        let math = mathml(r"\text{<script>}").unwrap();
        assert!(math.contains("&lt;script") && !math.contains("<script"), "{math}");
    }
}
