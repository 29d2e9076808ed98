//! The inputs of a part of a charter: what is asked, in plain words, and what may be chosen.

use std::collections::BTreeSet;

use domain::charter::edit::{Document, Fields};
use domain::charter::{Counterpart, Force, Part, Pillar, Receiver, Selector, Unit};
use domain::people::Role;
use domain::period::Cadence;

use super::super::text::{Language, tr, tr_with};
use super::super::wording;
use super::meter::{Checked, name};
use super::words;
use crate::app::Cx;

/// The name of the field for owners that are no box.
pub const OTHERS: &str = "who-others";

/// What kind of input a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One line.
    Line,
    /// Several lines.
    Area,
    /// A day.
    Day,
    /// One of several.
    Choice,
    /// Several of many.
    Boxes,
    /// Yes or no.
    Flag,
}

/// A field.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its name in the form.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// What it means.
    pub hint: String,
    /// What is wrong with it.
    pub error: String,
    /// What is in it.
    pub value: String,
    /// What may be chosen: value and name.
    pub options: Vec<(String, String)>,
    /// For boxes: value, name, and whether it is ticked.
    pub boxes: Vec<(String, String, bool)>,
    /// What kind of input it is.
    pub shape: Shape,
}

impl Input {
    /// Whether it is one line.
    pub fn is_line(&self) -> bool {
        self.shape == Shape::Line
    }
    /// Whether it is several lines.
    pub fn is_area(&self) -> bool {
        self.shape == Shape::Area
    }
    /// Whether it is a day.
    pub fn is_day(&self) -> bool {
        self.shape == Shape::Day
    }
    /// Whether one of several is chosen.
    pub fn is_choice(&self) -> bool {
        self.shape == Shape::Choice
    }
    /// Whether several of many are ticked.
    pub fn is_boxes(&self) -> bool {
        self.shape == Shape::Boxes
    }
}

/// Fields that belong together.
#[derive(Clone, Debug)]
pub struct Section {
    /// What stands above them.
    pub legend: String,
    /// The fields.
    pub inputs: Vec<Input>,
    /// Whether they stand side by side where there is room.
    pub beside: bool,
}

/// All inputs of a part.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// The fields, in groups.
    pub sections: Vec<Section>,
}

impl Inputs {
    /// Puts each mistake at its field.
    pub fn complain(&mut self, checked: &Checked) {
        let mut told: BTreeSet<&str> = BTreeSet::new();
        for problem in &checked.problems {
            if problem.field.is_empty() || !told.insert(&problem.field) {
                continue;
            }
            let inputs = self
                .sections
                .iter_mut()
                .flat_map(|section| &mut section.inputs);
            for input in inputs.filter(|input| input.id == problem.field) {
                input.error.clone_from(&problem.text);
            }
        }
    }
}

/// What a new entry begins with: what most of them say.
pub fn beginning(document: &Document, part: Part) -> Fields {
    let known: Vec<(&str, String)> = match part {
        Part::Frame | Part::Pillar(_) => Vec::new(),
        Part::Article(_) => {
            let numbers = (0..document.count(part)).filter_map(|index| {
                let fields = document.fields(Part::Article(index))?;
                fields.get("number")?.parse::<u32>().ok()
            });
            let next = numbers.max().unwrap_or(0).saturating_add(1);
            vec![("number", next.to_string())]
        }
        Part::Duty(_) => vec![
            ("force", Force::Required.word().to_owned()),
            ("every", Cadence::Week.word().to_owned()),
            ("who", Selector::Role(Role::Staff).word()),
            ("minutes", "30".to_owned()),
        ],
    };
    known
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

/// The inputs of a part, filled in with what is typed.
pub fn inputs(
    language: Language,
    cx: &Cx,
    document: Option<&Document>,
    part: Part,
    fields: &Fields,
) -> Inputs {
    let making = Making {
        language,
        cx,
        document,
        fields,
    };
    let sections = match part {
        Part::Frame => making.frame(),
        Part::Pillar(_) => making.pillar(),
        Part::Article(_) => making.article(),
        Part::Duty(_) => making.duty(),
    };
    Inputs { sections }
}

struct Making<'a> {
    language: Language,
    cx: &'a Cx,
    document: Option<&'a Document>,
    fields: &'a Fields,
}

impl Making<'_> {
    /// What is in a field.
    fn value(&self, id: &str) -> String {
        self.fields.get(id).cloned().unwrap_or_default()
    }

    fn say(&self, key: &str) -> String {
        tr(self.language, key).to_owned()
    }

    fn input(&self, id: &str, key: &str, shape: Shape) -> Input {
        let hint = super::super::text::try_tr(self.language, &format!("charter-help-{key}"));
        Input {
            id: id.to_owned(),
            label: words::field(self.language, key).to_owned(),
            hint: hint.unwrap_or_default().to_owned(),
            error: String::new(),
            value: self.value(id),
            options: Vec::new(),
            boxes: Vec::new(),
            shape,
        }
    }

    fn line(&self, key: &str) -> Input {
        self.input(key, key, Shape::Line)
    }

    fn choice(&self, key: &str, options: Vec<(String, String)>) -> Input {
        let mut input = Input {
            options,
            ..self.input(key, key, Shape::Choice)
        };
        // What stands there and is no choice is shown all the same, so that nothing is changed by looking at it.
        if !input.options.iter().any(|(value, _)| *value == input.value) {
            let value = input.value.clone();
            let label = if value.is_empty() {
                self.say("charter-choose")
            } else {
                value.clone()
            };
            input.options.insert(0, (value, label));
        }
        input
    }

    /// A text in both languages.
    fn text(&self, key: &str, shape: Shape) -> Vec<Input> {
        self.pair(key, words::field(self.language, key), key, shape)
    }

    fn pair(&self, id: &str, label: &str, key: &str, shape: Shape) -> Vec<Input> {
        let original = Input {
            label: label.to_owned(),
            ..self.input(&format!("{id}.zh"), key, shape)
        };
        let english = Input {
            label: format!("{label}{}", self.say("charter-in-english")),
            hint: String::new(),
            ..self.input(&format!("{id}.en"), key, shape)
        };
        vec![original, english]
    }

    /// Texts of a list, and a place for one more.
    fn texts(&self, key: &str, least: usize, shape: Shape) -> Section {
        let begins = format!("{key}.");
        let places = self.fields.keys().filter_map(|id| {
            let (number, _) = id.strip_prefix(&begins)?.split_once('.')?;
            number.parse::<usize>().ok()
        });
        let count = places.max().map_or(0, |last| last + 1).max(least);
        let more = usize::from(least == 0 || count > least);
        let inputs = (0..count.min(300) + more).flat_map(|index| {
            let label = tr_with(
                self.language,
                "charter-entry-number",
                &[("n", &(index + 1))],
            );
            let mut pair = self.pair(&format!("{key}.{index}"), &label, key, shape);
            for input in &mut pair {
                input.hint = String::new();
            }
            pair
        });
        let mut inputs: Vec<Input> = inputs.collect();
        let hint = super::super::text::try_tr(self.language, &format!("charter-help-{key}"));
        if let (Some(first), Some(hint)) = (inputs.first_mut(), hint) {
            hint.clone_into(&mut first.hint);
        }
        Section {
            legend: words::field(self.language, key).to_owned(),
            inputs,
            beside: true,
        }
    }

    fn section(&self, legend: &str, inputs: Vec<Input>) -> Section {
        Section {
            legend: self.say(legend),
            inputs,
            beside: true,
        }
    }

    fn frame(&self) -> Vec<Section> {
        let cap = Input {
            label: words::field(self.language, "cap").to_owned(),
            ..self.input("cap.hours_per_week", "cap", Shape::Line)
        };
        let mut title = self.text("title", Shape::Line);
        title.push(cap);
        vec![
            self.section("charter-part-frame", title),
            self.texts("preamble", 0, Shape::Area),
            self.texts("topics", 0, Shape::Line),
            self.texts("notes", 0, Shape::Area),
        ]
    }

    fn pillar(&self) -> Vec<Section> {
        let keys = Pillar::ALL.map(|pillar| {
            (
                pillar.word().to_owned(),
                words::pillar(self.language, pillar).to_owned(),
            )
        });
        let mut first = vec![self.choice("key", keys.to_vec())];
        first.extend(self.text("name", Shape::Line));
        vec![
            self.section("charter-part-pillar", first),
            // R14: four clauses.
            self.texts("clauses", 4, Shape::Line),
        ]
    }

    fn article(&self) -> Vec<Section> {
        let mut pillars = vec![(String::new(), self.say("charter-frame"))];
        pillars.extend(self.pillars());
        let mut first = vec![self.line("number"), self.choice("pillar", pillars)];
        first.extend(self.text("title", Shape::Line));
        let mut owners = vec![(String::new(), self.say("charter-none"))];
        owners.extend(self.selectors());
        vec![
            self.section("charter-part-article", first),
            Section {
                beside: false,
                ..self.section("charter-field-text", self.text("text", Shape::Area))
            },
            self.section(
                "charter-review",
                vec![
                    self.choice("owner", owners),
                    self.input("review", "review", Shape::Day),
                    Input {
                        // One a line in the file; here on one line.
                        value: self.value("rules").replace('\n', " "),
                        ..self.line("rules")
                    },
                ],
            ),
        ]
    }

    fn duty(&self) -> Vec<Section> {
        let language = self.language;
        let articles = self.document.map(|document| {
            let places = (0..document.count(Part::Article(0))).map(Part::Article);
            let mut articles: Vec<(u32, String)> = places
                .filter_map(|part| {
                    let number = document.fields(part)?.get("number")?.parse().ok()?;
                    Some((number, name(language, document, part)))
                })
                .collect();
            articles.sort_unstable();
            articles
                .into_iter()
                .map(|(number, label)| (number.to_string(), label))
                .collect()
        });
        let forces = [Force::Required, Force::Encouraged, Force::Standing].map(|force| {
            (
                force.word().to_owned(),
                self.say(&format!("force-{}", force.word())),
            )
        });
        let mut units = [Unit::Times, Unit::HalfDays, Unit::Words]
            .map(|unit| {
                (
                    unit.word().to_owned(),
                    self.say(&format!("charter-unit-{}", unit.word())),
                )
            })
            .to_vec();
        if self.value("unit").is_empty() {
            // Times is what a charter means that does not say.
            units[0].0 = String::new();
        }
        let cadences = Cadence::ALL.map(|cadence| {
            let label = wording::cadence(language, cadence).to_owned();
            (cadence.word().to_owned(), label)
        });
        let mut with = vec![(String::new(), words::counterpart(language, None))];
        with.extend(
            [
                Counterpart::Everyone,
                Counterpart::InCharge,
                Counterpart::OwnSection,
            ]
            .map(|with| {
                (
                    with.word().to_owned(),
                    words::counterpart(language, Some(with)),
                )
            }),
        );
        let mut first = self.text("name", Shape::Line);
        first.extend([
            self.line("id"),
            self.choice("pillar", self.pillars()),
            self.choice("article", articles.unwrap_or_default()),
            self.choice("force", forces.to_vec()),
        ]);
        let receivers = Receiver::ALL.map(|receiver| Input {
            label: self.say(&format!("receiver-{}", receiver.word())),
            hint: String::new(),
            ..self.input(
                &format!("receivers.{}", receiver.word()),
                "receivers",
                Shape::Line,
            )
        });
        let mut time = vec![self.line("minutes")];
        time.extend(receivers);
        vec![
            self.section("charter-duty-what", first),
            Section {
                beside: false,
                ..self.section(
                    "charter-duty-who",
                    vec![self.owners(), self.others(), self.choice("with", with)],
                )
            },
            self.section(
                "charter-duty-how-much",
                vec![
                    self.choice("every", cadences.to_vec()),
                    self.line("quota"),
                    self.choice("unit", units),
                    self.line("evidence"),
                    self.line("category"),
                    self.line("exclusive"),
                ],
            ),
            self.section(
                "charter-duty-when",
                vec![
                    self.line("grace"),
                    self.input("prorated", "prorated", Shape::Flag),
                ],
            ),
            self.section("charter-duty-time", time),
        ]
    }

    /// The pillars that the draft describes, in its order.
    fn pillars(&self) -> Vec<(String, String)> {
        let Some(document) = self.document else {
            return Vec::new();
        };
        let places = (0..document.count(Part::Pillar(0))).map(Part::Pillar);
        places
            .filter_map(|part| {
                let key = document.fields(part)?.get("key")?.clone();
                Some((key, name(self.language, document, part)))
            })
            .collect()
    }

    /// Those whom one can choose: roles, the office, the sections of the roster.
    fn selectors(&self) -> Vec<(String, String)> {
        let mut selectors = vec![Selector::Everyone];
        selectors.extend(Role::ALL.map(Selector::Role));
        selectors.push(Selector::Office);
        let sections = self.cx.house.roster.sections().iter();
        selectors.extend(sections.map(|section| Selector::Section(section.name.clone())));
        selectors
            .iter()
            .map(|selector| (selector.word(), words::selector(self.language, selector)))
            .collect()
    }

    fn owners(&self) -> Input {
        let typed = self.value("who");
        let ticked: BTreeSet<&str> = typed.lines().map(str::trim).collect();
        let boxes = self.selectors().into_iter().map(|(value, label)| {
            let chosen = ticked.contains(value.as_str());
            (value, label, chosen)
        });
        Input {
            boxes: boxes.collect(),
            ..self.input("who", "who", Shape::Boxes)
        }
    }

    /// Owners that are no box: posts, sections that the roster does not have, and what nobody understands.
    fn others(&self) -> Input {
        let known: BTreeSet<String> = self
            .selectors()
            .into_iter()
            .map(|(value, _)| value)
            .collect();
        let typed = self.value("who");
        let others = typed
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !known.contains(*line));
        let value = others.collect::<Vec<_>>().join("\n");
        let mut input = self.input("who", "who", Shape::Area);
        // Together with the boxes it is the list.
        input.id = OTHERS.to_owned();
        input.label = self.say("charter-field-who-others");
        input.hint = self.say("charter-help-who-others");
        input.value = value;
        input
    }
}
