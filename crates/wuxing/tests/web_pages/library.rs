//! The library of one's own material (R26), reading for heads and the office, and lists to take away.

use axum::http::StatusCode;

use crate::house::{Department, capture, clip, page, words};

#[tokio::test]
async fn r26_one_finds_ones_own_material_by_two_characters_kind_topic_and_day() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    assert!(words(&page(&mut cadre, "/library").await).contains("资料库还是空的"));
    clip(&mut cadre, "走访三个社区，记下两条意见。").await;
    let note = [
        ("book", "乡土中国"),
        ("text", "差序格局这一章"),
        ("topic", "文化"),
        ("date", "2026-09-10"),
    ];
    capture(&mut cadre, "book-note", &note).await.leads_to();
    // Somebody else's never come up.
    clip(&mut department.browser("head"), "科长走访社区").await;
    let found = page(&mut cadre, "/library?q=%E7%A4%BE%E5%8C%BA").await;
    assert!(
        found.contains("走访三个<mark>社区</mark>") && words(&found).contains("共 1 篇"),
        "{found}"
    );
    for (query, expected) in [
        ("q=%E4%B9%A1%E5%9C%9F", 1),
        ("q=%E5%B7%AE%E5%BA%8F", 1),
        ("kind=book-note", 1),
        ("kind=article", 0),
        ("topic=%E6%96%87%E5%8C%96", 1),
        ("from=2026-09-11", 1),
        ("to=2026-09-10", 1),
        ("from=&to=&kind=&topic=&q=", 2),
        ("q=%E5%B7%AE%E5%BA%8F&kind=clipping", 0),
    ] {
        let text = words(&page(&mut cadre, &format!("/library?{query}")).await);
        assert!(
            text.contains(&format!("共 {expected} 篇")),
            "{query}: {text}"
        );
        assert_eq!(text.contains("没有找到"), expected == 0, "{query}");
    }
}

#[tokio::test]
async fn a_long_library_is_turned_page_by_page() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    for number in 0..23 {
        clip(&mut cadre, &format!("第{number:02}条摘录")).await;
    }
    let first = page(&mut cadre, "/library").await;
    assert_eq!(first.matches("class=\"mini found\"").count(), 20);
    let (_, rest) = first.split_once("rel=\"next\" href=\"").unwrap();
    let older = rest.split('"').next().unwrap().replace("&#38;", "&");
    let second = page(&mut cadre, &older).await;
    assert_eq!(second.matches("class=\"mini found\"").count(), 3);
    assert!(second.contains("rel=\"prev\""));
    let all = first + &second;
    assert!(
        (0..23).all(|number| all.contains(&format!("第{number:02}条摘录"))),
        "each once"
    );
    // An address that somebody changed by hand begins anew.
    page(&mut cadre, "/library?after=nonsense").await;
}

#[tokio::test]
async fn lists_are_taken_away_as_workbook_and_as_csv() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    clip(&mut cadre, "=1+1 一条摘录").await;
    let csv = cadre.get("/library/export?format=csv").await;
    assert_eq!(csv.status, StatusCode::OK);
    assert!(csv.header("content-type").starts_with("text/csv"));
    assert!(
        csv.header("content-disposition")
            .contains("filename*=UTF-8''%E8%B5%84%E6%96%99%E5%BA%93.csv")
    );
    let text = csv.text();
    assert!(
        text.starts_with('\u{feff}') && text.contains("'=1+1 一条摘录"),
        "{text}"
    );
    let xlsx = cadre
        .get("/library/export?format=xlsx&q=%E6%91%98%E5%BD%95")
        .await;
    assert!(xlsx.header("content-type").contains("spreadsheetml") && xlsx.body.starts_with(b"PK"));
    assert_eq!(
        cadre.get("/library/export?format=exe").await.status,
        StatusCode::NOT_FOUND
    );
    let duty = cadre
        .get("/ledger/clipping/export?year=2026&format=csv")
        .await;
    assert!(
        duty.text().contains("9月14日") && duty.text().contains("章程第十条"),
        "{}",
        duty.text()
    );
    let reading = department
        .browser("head")
        .get("/reading/export?format=csv")
        .await;
    assert!(reading.text().contains("一条摘录") && reading.text().contains("刘洋"));
}

#[tokio::test]
async fn part_c_heads_read_their_section_and_the_office_reads_all() {
    let department = Department::open().await;
    clip(&mut department.browser("staff"), "组织科的一条").await;
    clip(&mut department.browser("other head"), "干部科的一条").await;
    let head = words(&page(&mut department.browser("head"), "/reading").await);
    assert!(
        head.contains("组织科的一条") && head.contains("刘洋") && !head.contains("干部科的一条"),
        "{head}"
    );
    let office = words(&page(&mut department.browser("office"), "/reading").await);
    assert!(
        office.contains("组织科的一条") && office.contains("干部科的一条"),
        "{office}"
    );
    let mut staff = department.browser("staff");
    assert_eq!(staff.get("/reading").await.status, StatusCode::NOT_FOUND);
    // Of one author only.
    let form = page(&mut department.browser("office"), "/reading").await;
    let before = form.split(">赵伟 干部科<").next().unwrap();
    let author = before
        .rsplit("value=\"")
        .next()
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let his = words(
        &page(
            &mut department.browser("office"),
            &format!("/reading?author={author}"),
        )
        .await,
    );
    assert!(
        his.contains("干部科的一条") && !his.contains("组织科的一条"),
        "{his}"
    );
}
