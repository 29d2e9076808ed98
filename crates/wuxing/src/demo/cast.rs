//! Who is in the demo. Names are put together from common characters; any likeness is chance.

use pinyin::ToPinyin as _;

/// A person of the demo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) account: String,
    pub(super) section: &'static str,
    pub(super) post: &'static str,
    pub(super) role: &'static str,
    pub(super) in_charge_of: &'static str,
}

/// Sections with their heads' titles; the first is the office.
const SECTIONS: [(&str, &str, &str); 6] = [
    ("办公室", "主任", "科员"),
    ("干部科", "科长", "科员"),
    ("组织科", "科长", "科员"),
    ("人才科", "科长", "科员"),
    ("干部监督科", "科长", "科员"),
    ("公务员科", "科长", "科员"),
];

/// The first 24: the minister, three deputies, six heads, then staff section by section in turn.
const NAMES: [&str; 24] = [
    "沈怀安",
    "周启明",
    "苏若溪",
    "梁柏舟",
    "郑书言",
    "郭云山",
    "何静川",
    "许听澜",
    "唐景行",
    "叶知秋",
    "林知远",
    "周牧",
    "陈晓禾",
    "方一鸣",
    "宋雨桐",
    "韩青松",
    "江映雪",
    "罗致和",
    "谢望舒",
    "彭立群",
    "曹若谷",
    "袁思齐",
    "邓清扬",
    "冯春晖",
];
const SURNAMES: [&str; 20] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "吴", "徐", "孙", "胡", "朱", "高", "马", "董",
    "程", "魏", "蒋", "潘",
];
const GIVEN: [&str; 20] = [
    "文渊", "晓岚", "子衿", "若水", "明远", "清和", "思源", "雨辰", "嘉禾", "景云", "知行", "怀瑾",
    "书航", "映川", "安澜", "立言", "望川", "听雨", "初阳", "致远",
];

/// The demo's people, in roster order.
pub(super) fn cast(size: u32) -> Vec<Member> {
    let mut members = Vec::new();
    let mut accounts = std::collections::BTreeMap::new();
    for index in 0..usize::try_from(size).unwrap_or(24) {
        let name = match NAMES.get(index) {
            Some(name) => (*name).to_owned(),
            None => format!(
                "{}{}",
                SURNAMES[index % 20],
                GIVEN[(index / 20 + index) % 20]
            ),
        };
        let pinyin: String = name
            .chars()
            .filter_map(|c| c.to_pinyin())
            .map(|syllable| syllable.plain())
            .collect();
        let count = accounts
            .entry(pinyin.clone())
            .and_modify(|count| *count += 1)
            .or_insert(1);
        let account = if *count == 1 {
            pinyin
        } else {
            format!("{pinyin}{count}")
        };
        let (section, post, role, in_charge_of) = match index {
            0 => ("", "部长", "部长", ""),
            1 => ("", "常务副部长", "副部长", "办公室、干部科"),
            2 => ("", "副部长", "副部长", "组织科、人才科"),
            3 => ("", "副部长", "副部长", "干部监督科、公务员科"),
            4..=9 => (
                SECTIONS[index - 4].0,
                SECTIONS[index - 4].1,
                "科室负责人",
                "",
            ),
            // The eleventh is the cadre of the cadre section whom the tour follows.
            _ => (
                SECTIONS[(index - 9) % 6].0,
                SECTIONS[(index - 9) % 6].2,
                "工作人员",
                "",
            ),
        };
        members.push(Member {
            name,
            account,
            section,
            post,
            role,
            in_charge_of,
        });
    }
    members
}

/// The roster as a spreadsheet would export it, title row included.
pub(super) fn roster_file(size: u32) -> String {
    let mut file =
        "演示花名册（虚构人员）,,,,,,\n姓名,账号,科室,职务,角色,任职日期,分管科室\n".to_owned();
    for member in cast(size) {
        let Member {
            name,
            account,
            section,
            post,
            role,
            in_charge_of,
        } = member;
        file.push_str(&format!(
            "{name},{account},{section},{post},{role},2025-12-01,{in_charge_of}\n"
        ));
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_department_has_24_people_in_six_sections() {
        let cast = cast(24);
        let count = |role| cast.iter().filter(|member| member.role == role).count();
        assert_eq!(
            [
                count("部长"),
                count("副部长"),
                count("科室负责人"),
                count("工作人员")
            ],
            [1, 3, 6, 14]
        );
        let accounts: std::collections::BTreeSet<_> =
            cast.iter().map(|member| &member.account).collect();
        assert_eq!(accounts.len(), 24);
        assert_eq!(cast[10].section, "干部科");
    }

    #[test]
    fn a_larger_cast_keeps_accounts_distinct() {
        let cast = cast(600);
        let accounts: std::collections::BTreeSet<_> =
            cast.iter().map(|member| &member.account).collect();
        assert_eq!(accounts.len(), 600);
    }
}
