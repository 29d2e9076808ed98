//! Which browser a request comes from, for the list of one's own sessions.

/// Browser and system of a `User-Agent`, such as `Firefox · Windows`: enough to tell one's own devices apart, and no more.
pub(super) fn browser_of(agent: &str) -> String {
    // The order matters: each says that it is also those below it.
    const BROWSERS: [(&str, &str); 8] = [
        ("MicroMessenger", "WeChat"),
        ("DingTalk", "DingTalk"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("HarmonyOS", "HarmonyOS"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Macintosh", "macOS"),
        ("Linux", "Linux"),
    ];
    let found = |names: &[(&str, &'static str)]| {
        names
            .iter()
            .find(|(mark, _)| agent.contains(mark))
            .map(|(_, name)| *name)
    };
    let parts: Vec<&str> = [found(&BROWSERS), found(&SYSTEMS)]
        .into_iter()
        .flatten()
        .collect();
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_known_by_its_own_name_and_not_by_those_it_claims_besides() {
        let chrome = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
        let cases = [
            (
                format!("Mozilla/5.0 (Windows NT 10.0) {chrome}"),
                "Chrome · Windows",
            ),
            (
                format!("Mozilla/5.0 (Windows NT 10.0) {chrome} Edg/140.0"),
                "Edge · Windows",
            ),
            (
                format!("Mozilla/5.0 (Linux; Android 14) {chrome} MicroMessenger/8.0"),
                "WeChat · Android",
            ),
            (
                "Mozilla/5.0 (Macintosh) Version/18.0 Safari/605.1".to_owned(),
                "Safari · macOS",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) Firefox/143.0".to_owned(),
                "Firefox · Linux",
            ),
            ("<script>alert(1)</script>".to_owned(), ""),
        ];
        for (agent, browser) in cases {
            assert_eq!(browser_of(&agent), browser, "{agent}");
        }
    }
}
