//! The rules and the page about them say the same.

use videogen_testkit::rules;

const PAGE: &str = include_str!("../../../../docs/provider-rules.md");

/// The page's sections, each a heading and what is below it.
fn sections() -> Vec<(&'static str, &'static str)> {
    let sections = PAGE.split("\n### ").skip(1);
    sections.map(|section| section.split_once('\n').unwrap_or((section, ""))).collect()
}

#[test]
fn each_rule_is_on_the_page_as_it_is_here() {
    for rule in rules::ALL {
        let section = sections().into_iter().find(|(name, _)| *name == rule.name);
        let (_, text) = section.unwrap_or_else(|| panic!("{} is not on the page", rule.name));
        assert!(text.contains(rule.what), "{}: the page does not say: {}", rule.name, rule.what);
        assert!(text.contains(rule.why), "{}: the page does not say: {}", rule.name, rule.why);
        assert_eq!(rules::find(rule.name), Some(*rule));
    }
}

#[test]
fn each_section_of_the_page_has_its_rule_in_the_same_order() {
    let named: Vec<_> = sections().into_iter().map(|(name, _)| name).collect();
    let known: Vec<_> = rules::ALL.iter().map(|rule| rule.name).collect();
    assert_eq!(named, known);
}
