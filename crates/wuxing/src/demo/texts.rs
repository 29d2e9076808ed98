//! Texts of the demo: plain working language about ordinary office matters, put together from parts. Nobody wrote them and
//! nothing in them happened.

use domain::records::Fields;
use rand::Rng as _;
use rand::rngs::StdRng;

/// One of the texts.
pub(super) fn pick(dice: &mut StdRng, texts: &[&str]) -> String {
    texts[dice.random_range(0..texts.len())].to_owned()
}

fn fields(pairs: impl IntoIterator<Item = (&'static str, String)>) -> Fields {
    pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// The charter's study topics, as the preset words them.
const TOPICS_OF_STUDY: [&str; 8] = [
    "理论和全会文件",
    "组织工作",
    "政策和程序",
    "经济",
    "法律",
    "科学",
    "文化",
    "历史",
];

fn topic(dice: &mut StdRng) -> String {
    pick(dice, &TOPICS_OF_STUDY)
}

/// A clipping: an excerpt or an address, and why it matters.
pub(super) fn clipping(dice: &mut StdRng) -> Fields {
    let mut form = fields([
        ("text", pick(dice, &WHY_KEPT)),
        ("excerpt", pick(dice, &EXCERPTS)),
    ]);
    if dice.random_range(0..3) == 0 {
        let number = dice.random_range(1000..9999_u32);
        form.insert(
            "url".to_owned(),
            format!("https://example.org/reading/{number}"),
        );
    }
    if dice.random_range(0..10) < 7 {
        form.insert("topic".to_owned(), topic(dice));
    }
    form
}

/// A reflection: what was seen, what follows, what to do.
pub(super) fn reflection(dice: &mut StdRng) -> Fields {
    let subject = pick(dice, &SUBJECTS);
    let text = format!(
        "{}\n\n{}\n\n{}",
        pick(dice, &SEEN).replace("{}", &subject),
        pick(dice, &THOUGHT).replace("{}", &subject),
        pick(dice, &NEXT)
    );
    fields([
        (
            "title",
            format!("{}{}", pick(dice, &REFLECTION_TITLES), subject),
        ),
        ("text", text),
        ("topic", topic(dice)),
    ])
}

/// An article: four paragraphs.
pub(super) fn article(dice: &mut StdRng) -> Fields {
    let subject = pick(dice, &SUBJECTS);
    let text = format!(
        "一、现状\n{}\n\n二、问题\n{}\n\n三、原因\n{}\n\n四、建议\n{}",
        pick(dice, &SEEN).replace("{}", &subject),
        pick(dice, &PROBLEMS),
        pick(dice, &THOUGHT).replace("{}", &subject),
        pick(dice, &NEXT)
    );
    fields([
        ("title", format!("{}的几点思考", subject)),
        ("text", text),
        ("topic", topic(dice)),
    ])
}

/// Notes on a book.
pub(super) fn book_note(dice: &mut StdRng) -> Fields {
    let text = format!(
        "{}\n\n{}\n\n{}",
        pick(dice, &READ),
        pick(dice, &LEARNED),
        pick(dice, &NEXT)
    );
    fields([
        ("book", pick(dice, &BOOKS)),
        ("text", text),
        ("topic", topic(dice)),
    ])
}

const EXCERPTS: [&str; 12] = [
    "把材料一次讲清楚，让来办事的人少跑一趟，比多开一扇窗口更管用。",
    "制度写得再细，没有人对照检查，就只是一本册子。",
    "调研不是带着结论去找例子，而是带着问题去听不同的说法。",
    "数字要能回到原始记录，否则汇总得越快，错得越远。",
    "会议的长短，取决于会前有没有把分歧说出来。",
    "年轻干部成长最快的时候，往往是第一次独立负责一件小事。",
    "档案工作的价值，平时看不见，用到的时候不能缺。",
    "培训班结束后的第一周，决定了学到的东西能不能留下来。",
    "一项规定出台之前，先请执行它的人试着做一遍。",
    "群众说不清楚的问题，常常是我们没有问清楚。",
    "分工不等于分家，衔接的地方最容易没有人管。",
    "把常办的事列成清单，把清单放到人人看得到的地方。",
];
const WHY_KEPT: [&str; 10] = [
    "与我们正在修订的办事流程有关，可以借鉴它的写法。",
    "下次写调研提纲时先看一看。",
    "提醒自己：先问清楚，再下结论。",
    "可作为科室学习讨论的材料。",
    "数据口径的部分对月报有用。",
    "新来的同志也适合读一读。",
    "里面的清单格式可以直接用。",
    "和上周走访听到的情况对得上。",
    "留作写文章的例子。",
    "说法平实，值得学习。",
];
const SUBJECTS: [&str; 12] = [
    "档案查阅预约",
    "青年干部带教",
    "基层减负",
    "会议材料准备",
    "谈心谈话记录",
    "考察谈话提纲",
    "信息报送口径",
    "培训需求调查",
    "联系点走访",
    "请示件办理时限",
    "轮岗交流衔接",
    "群众来信答复",
];
const SEEN: [&str; 8] = [
    "这周集中处理了几件与{}有关的事，发现同样的问题问了三个人，得到三种答复。说明办法是有的，但没有放在同一个地方。",
    "在联系点听到大家对{}的看法，最集中的意见不是要求高，而是要求常变、说不清从哪一天起算。",
    "整理半年来{}的记录，有两成缺少日期或经办人，事后很难补齐。",
    "旁听了兄弟科室关于{}的讨论，他们先列分歧、再找依据，用时不到一小时。",
    "对照制度查看{}的实际做法，有三处与规定不一致，其中一处是规定本身已经过时。",
    "这次参与{}的全过程，感到最费时间的不是写，而是等：等数据、等签字、等回话。",
    "和几位老同志聊起{}，他们说从前靠人记，现在靠表格，但表格太多也会记不住。",
    "试着把{}的步骤画成一张图，才发现有一步谁都以为是别人在做。",
];
const THOUGHT: [&str; 8] = [
    "我的体会是，{}要先把口径定下来，再谈效率；口径不清，做得越快返工越多。",
    "问题不在态度，而在{}没有一个人从头看到尾。",
    "学习文件时读到的“把事情办在前面”，放到{}上，就是提前一周把材料要求发出去。",
    "自己也有责任：对{}只管自己一段，没有回头看结果。",
    "如果把{}的常见问题整理成一页纸，至少能省去一半的来回电话。",
    "好的做法往往很小。{}里加一个“预计完成日”，大家就知道什么时候该问。",
    "对{}的要求应当少而明确，宁可三条都做到，不要十条都写上。",
    "要听得进不同意见。关于{}，反对的理由里恰恰有我们没想到的情形。",
];
const NEXT: [&str; 8] = [
    "下一步先在本科室试行两周，记下用时，再决定要不要推开。",
    "打算下周去联系点再问一遍，把问题问具体。",
    "已和办公室商量，把样表放到共享目录，月底看使用情况。",
    "先改自己手头的两份材料，请同事挑毛病。",
    "整理成一条建议，写清楚依据和做法。",
    "列入本月学习计划，对照文件逐条核对。",
    "请带教的同志一起看，他们更清楚新人会在哪里卡住。",
    "过一个月回头看，没有效果就停下来。",
];
const PROBLEMS: [&str; 6] = [
    "一是要求分散在几份文件里，新人不知道以哪份为准；二是时限从收到算起还是从登记算起，说法不一。",
    "材料重复报送的情况仍然存在，同一组数字一个月里填了四次。",
    "有的环节只有一个人会做，人一出差，事情就停下来。",
    "反馈不及时，提出意见的人不知道后来怎么样了。",
    "培训讲得多、练得少，回到岗位上不会用。",
    "过程记录不完整，事后说不清当时为什么这样定。",
];
const BOOKS: [&str; 12] = [
    "论语译注",
    "史记选",
    "乡土中国",
    "资治通鉴选",
    "中国通史简编",
    "孟子译注",
    "古文观止",
    "梦溪笔谈选",
    "天工开物译注",
    "颜氏家训",
    "贞观政要译注",
    "徐霞客游记选",
];
const READ: [&str; 6] = [
    "这个月读完前半部分。作者不急于下判断，先把事情的来龙去脉交代清楚，这种写法值得学。",
    "重读这本书，和几年前的感受不同。从前记住的是句子，现在注意的是办法。",
    "每天读十几页，读得慢，但每一章都试着用自己的话说一遍。",
    "和科里同志轮流读、一起议，同一段话各人想到的事情不一样，很有意思。",
    "书里讲用人的几章看得最细，做了两页摘记。",
    "利用走访路上的时间读完，边读边想联系点的情况。",
];
const LEARNED: [&str; 6] = [
    "印象最深的是“听其言而观其行”，考察一个人要看他怎样做小事、怎样对待看不见的事。",
    "书中写一件工程的得失，都落到具体的人和具体的步骤上，没有空话。我们写报告也应当这样。",
    "前人记录见闻，时间、地点、数量都清清楚楚，几百年后还能核对。对照我们的走访记录，差距不小。",
    "治理的要害在于让规矩简单、让人人知道。条文繁多而无人知晓，等于没有。",
    "书里反复说要听逆耳的话，并且写下来是谁说的、后来怎样。这一点对开好民主生活会有启发。",
    "作者承认自己看错过，并说明怎样发现看错了。能认错的文章更可信。",
];
const REFLECTION_TITLES: [&str; 4] = ["由一件小事看", "谈谈", "再想", "这一周的"];
pub(super) const ADDITIONS: [&str; 3] = [
    "今天核对了一遍数字，口径以月报为准。",
    "已征求两位同志意见，改了一处说法。",
    "补上当时没有写的日期和经办人。",
];
pub(super) const COMMENTS: [&str; 6] = [
    "问题抓得准，建议把第二点写成一条建议提上来。",
    "例子很具体，可以在科室学习时讲一讲。",
    "再核一下数据口径，和月报保持一致。",
    "同意先试两周，试完把用时记下来。",
    "写得实在。联系点的同志看了会有同感。",
    "第三段的做法已有规定，可查制度库，避免重复。",
];
pub(super) const SUGGESTIONS_WORK: [&str; 8] = [
    "档案查阅改为网上预约，查阅人按约定时间到场，减少等候。",
    "请示件登记时写明预计答复日，到期前一天提醒经办人。",
    "考察谈话提纲按岗位类别列出必问和选问，减少临时增补。",
    "培训结束一个月后做一次回访，看学到的内容用上了多少。",
    "各类统计表合并报送，同一数据一月只填一次。",
    "联系点走访前先看上次记录，避免重复提问。",
    "会议材料提前两天发送，会上直接讨论分歧。",
    "新录用人员报到当天发一页纸的办事指南。",
];
pub(super) const SUGGESTIONS_DEPARTMENT: [&str; 8] = [
    "会议材料一律双面打印，页数多的只发目录。",
    "新进干部安排一对一带教，为期三个月。",
    "周五下午的业务学习由各科室轮流准备一个案例。",
    "办公用品领用改为自助登记，每月公布一次。",
    "值班记录统一格式，交接时当面签收。",
    "设一个安静的阅览角，放置新到期刊。",
    "出差归来三日内在科务会上用十分钟讲情况。",
    "公共日历写明会议室占用，减少临时调换。",
];
pub(super) const FIELD_DAYS: [&str; 8] = [
    "到柳林村，与村两委和五户村民座谈，了解办事指南是否看得懂。",
    "到市直某单位，查看干部平时考核记录，听取三点意见。",
    "到东河镇，走访便民服务中心，记录办理时限和排队情况。",
    "到联系企业，了解人才补贴申报环节，材料重复提交两次。",
    "到石桥村，回访上月反映的培训时间问题，已作调整。",
    "到清水镇，旁听镇里的周例会，了解表格报送数量。",
    "到联系单位，与青年干部谈带教情况，共七人参加。",
    "到北塘村，查看村级档案柜，提出分类建议。",
];
pub(super) const TOPICS: [&str; 6] = [
    "本月调研题目：基层报表数量与合并的可能。已到三个联系点了解情况，形成提纲。",
    "本月调研题目：年轻干部带教的做法与效果。访谈九人，整理问题清单。",
    "本月调研题目：办事时限从何时起算。对照十二份文件，列出不一致之处。",
    "本月调研题目：联系点走访记录的使用。抽查四十份记录，分析用途。",
    "本月调研题目：培训内容与岗位需要的差距。问卷回收三十一份。",
    "本月调研题目：群众来信答复的时效。统计上半年来信，按环节分析用时。",
];
pub(super) const TALKS: [&str; 4] = [
    "谈心一次，约四十分钟。",
    "谈心一次，约半小时，另约下月再谈。",
    "谈心一次，在办公室，约五十分钟。",
    "谈心一次，走访途中，约一小时。",
];

#[cfg(test)]
mod tests {
    use domain::records::{Kind, check};
    use rand::SeedableRng as _;

    use super::*;

    #[test]
    fn every_text_of_the_demo_is_accepted_as_typed() {
        let charter = include_str!("../../../../charters/wuxing.toml");
        let charter = domain::charter::parse(charter, "wuxing.toml").unwrap();
        let topics: Vec<String> = charter
            .topics
            .iter()
            .map(|topic| topic.original.clone())
            .collect();
        let today = chrono::NaiveDate::from_ymd_opt(2026, 9, 16).unwrap();
        let mut dice = StdRng::seed_from_u64(1);
        for _ in 0..200 {
            for (kind, form) in [
                (Kind::Clipping, clipping(&mut dice)),
                (Kind::Reflection, reflection(&mut dice)),
                (Kind::Article, article(&mut dice)),
                (Kind::BookNote, book_note(&mut dice)),
            ] {
                assert!(
                    check(kind, &form, today, &topics, None).is_ok(),
                    "{kind:?} {form:?}"
                );
            }
        }
    }
}
