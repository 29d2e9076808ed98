//! 今日事项 (B7, A5): what is due, until when, why; calm when nothing is.

use chrono::TimeDelta;
use wuxing::app::setup::{Founding, found};
use wuxing::web::Options;

use crate::browser::{ADMINISTRATOR, House};
use crate::cast::{everybody, import, settle_in};
use crate::house::{Department, between, page, words};

#[tokio::test]
async fn a5_a_due_row_says_what_until_when_and_by_which_article() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    let today = page(&mut cadre, "/").await;
    let said = words(&today);
    assert!(
        said.contains("今日事项 9月14日 星期一 · 第38周 · 九月中旬"),
        "{said}"
    );
    let open = words(between(&today, "id=\"open\"", "<h2"));
    for row in [
        "工作建议 周日前 · 章程第十四条 落实登记",
        "自身建设建议 周日前 · 章程第十四条",
        "驻点调研 还差 2 天 周日前 · 章程第十六条",
        "专题调研 9月30日前，宽限到10月9日 · 章程第十八条",
    ] {
        assert!(open.contains(row), "no “{row}” in {open}");
    }
    // R23–R26 are encouraged: apart, and without the word for what is owed.
    assert!(!open.contains("剪贴"));
    let own = words(between(&today, "自己的积累", "<aside"));
    assert!(
        own.contains("只有您自己看得到进度") && own.contains("剪贴 今天 · 章程第十条 记一笔"),
        "{own}"
    );
    assert!(!own.contains("应做") && !own.contains("宽限"), "{own}");
    assert!(today.contains("href=\"/charter/versions/1#article-16\""));
    let charter = page(&mut cadre, "/charter?version=1").await;
    assert!(charter.contains("id=\"article-16\""));
    let ahead = words(between(&today, "接下来", "</aside"));
    assert!(
        ahead.contains("9月20日（周日）上班 国庆节") && ahead.contains("放假 中秋节"),
        "{ahead}"
    );
}

#[tokio::test]
async fn what_is_done_is_folded_and_calm() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    let key = "01990000-0000-7000-8000-00000000d0e1";
    let entry = [
        ("key", key),
        ("kind", "entry"),
        ("duty", "suggestion-work"),
        ("text", "材料双面打印"),
    ];
    cadre.get("/").await;
    cadre.post("/capture", &entry).await.leads_to();
    let today = page(&mut cadre, "/").await;
    let folded = words(between(&today, "<details class=\"card fold\"", "</details"));
    assert!(
        folded.contains("本期已完成 1 项") && folded.contains("工作建议 已完成"),
        "{folded}"
    );
    // Last week's, still in its grace on this Monday, is another matter.
    let open = words(between(&today, "id=\"open\"", "<details"));
    assert!(open.contains("工作建议 第37周"), "{open}");
    assert!(!open.contains("工作建议 周日前"), "{open}");
}

#[tokio::test]
async fn b7_what_is_in_its_grace_is_dated_into_its_own_period() {
    let department = Department::open().await;
    department.house.later(TimeDelta::days(7));
    let mut cadre = department
        .house
        .signed_in("liu", crate::cast::PASSWORD)
        .await;
    let today = page(&mut cadre, "/").await;
    let said = words(&today);
    assert!(
        said.contains("驻点调研 第38周") && said.contains("本期已过，宽限到周二"),
        "{said}"
    );
    let link = "/capture?kind=entry&#38;duty=field-day&#38;date=2026-09-20";
    assert!(today.contains(link), "{today}");
    let form = page(&mut cadre, &link.replace("&#38;", "&")).await;
    assert!(
        form.contains("value=\"2026-09-20\"") && form.contains("<details class=\"more\" open"),
        "{form}"
    );
}

#[tokio::test]
async fn a_day_off_asks_for_nothing_and_says_when_work_begins() {
    let department = Department::open().await;
    // Saturday 2026-09-19; Sunday is a make-up workday.
    department.house.later(TimeDelta::days(5));
    let mut cadre = department
        .house
        .signed_in("liu", crate::cast::PASSWORD)
        .await;
    let said = words(&page(&mut cadre, "/").await);
    assert!(
        said.contains("今天不是工作日，不用办什么。下一个工作日是9月20日（周日）。"),
        "{said}"
    );
}

#[tokio::test]
async fn r1_before_the_charter_takes_effect_the_page_says_when() {
    let mut house = House::empty(Options::default()).await;
    let founding = Founding {
        organisation: "新单位".to_owned(),
        preset: "wuxing".to_owned(),
        effective: "2026-10-12".parse().unwrap(),
        time_zone: "Asia/Shanghai".to_owned(),
        administrator: ADMINISTRATOR.0.to_owned(),
        password: ADMINISTRATOR.1.to_owned(),
        again: ADMINISTRATOR.1.to_owned(),
        demo: false,
    };
    house.org = Some(found(&house.program, founding).await.unwrap());
    let accounts = import(&house).await;
    wuxing::jobs::drain(&house.program).await.unwrap();
    let (_, one_time) = accounts.iter().find(|(name, _)| name == "liu").unwrap();
    let mut cadre = settle_in(&house, "liu", one_time).await;
    let said = words(&page(&mut cadre, "/").await);
    assert!(
        said.contains("《五型章程》自10月12日（周一）起施行，此前不计任务"),
        "{said}"
    );
    let charter = words(&page(&mut cadre, "/charter").await);
    assert!(
        charter.contains("这一版还没有施行，2026年10月12日起施行"),
        "{charter}"
    );
    // Nothing is owed, and nothing is shown as if it were.
    assert!(said.contains("还没有开始计任务"), "{said}");
    assert!(words(&page(&mut cadre, "/ledger").await).contains("这一年没有规定任务"));
    assert!(words(&page(&mut cadre, "/section").await).contains("这一年没有规定任务"));
}

#[tokio::test]
async fn who_has_no_duties_of_his_own_is_told_what_he_can_do() {
    let house = House::founded().await;
    let people = everybody(&house).await;
    for role in ["administrator", "auditor", "security"] {
        let mut browser = people
            .iter()
            .find(|(name, _)| *name == role)
            .unwrap()
            .1
            .clone();
        assert!(
            words(&page(&mut browser, "/").await).contains("您可以在这里做什么"),
            "{role}"
        );
    }
}
