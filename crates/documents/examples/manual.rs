//! manual
#![allow(missing_docs)]
use documents::{Language, list::*, roster::*, table::*};
fn main() {
    let a: Vec<String> = std::env::args().collect();
    if a[1] == "template" {
        std::fs::write("/tmp/docs_check/zh.xlsx", roster_template(Language::Chinese).unwrap()).unwrap();
        std::fs::write("/tmp/docs_check/en.xlsx", roster_template(Language::English).unwrap()).unwrap();
        let l = ListDocument { title: "科室落实情况".into(), headers: vec!["姓名".into(), "n".into()], rows: vec![vec!["张三".into(), CellValue::Integer(3)]], notes: vec!["依据".into()] };
        let d = chrono::NaiveDate::from_ymd_opt(2026,1,5).unwrap().and_hms_opt(8,30,0).unwrap();
        std::fs::write("/tmp/docs_check/list.xlsx", l.to_xlsx(d).unwrap()).unwrap();
    } else {
        let t0 = std::time::Instant::now();
        let t = read_table(&std::fs::read(&a[1]).unwrap(), &a[1]);
        println!("{:?}", t0.elapsed());
        match t { Ok(t) => { println!("{} rows; {:?}", t.rows.len(), t.rows.iter().take(5).collect::<Vec<_>>()); println!("{:?}", read_roster(&t).map(|s| (s.rows.len(), s.rows.into_iter().take(9).collect::<Vec<_>>(), s.skipped, s.ignored))); } Err(e) => println!("{e:?}") }
    }
}
