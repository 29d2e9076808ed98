//! Separate hands (part C): who may give and take the roles of the system, and resets by two.
#![allow(clippy::unwrap_used, reason = "tests")]

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, SystemRoles};
use domain::identity::{AccountId, Id, PersonId};
use domain::resets::{
    Circumstances, Credential, MOST_ASKED, MOST_FOR_ONE, Reset, ResetRefusal, Stage, WAITS,
    may_ask, may_cancel, may_confirm,
};
use domain::system_roles::{
    Change, Hand, Holder, RoleRefusal, SystemRole, decide, is_founding, may_close, overlaps,
};
use proptest::prelude::*;
use uuid::Uuid;

use SystemRole::{Administrator, Auditor, Security};

fn id<Of>(number: u128) -> Id<Of> {
    Id::new(Uuid::from_u128(number))
}

fn roles(held: &[SystemRole]) -> SystemRoles {
    held.iter().fold(SystemRoles::default(), |roles, role| {
        roles.with(*role, true)
    })
}

/// An account; person 0 is nobody on the roster.
fn holder(account: u128, person: u128, held: &[SystemRole]) -> Holder {
    Holder {
        account: id(account),
        person: (person > 0).then(|| id(person)),
        roles: roles(held),
        closed: false,
        first_password: false,
    }
}

fn actor(holder: &Holder) -> Actor {
    Actor {
        account: holder.account,
        person: holder.person,
        role: None,
        section: None,
        heads: Vec::new(),
        in_charge_of: Vec::new(),
        office: false,
        system: holder.roles,
    }
}

/// 1 administrator, 2 security administrator, 3 auditor, each a person of his own.
fn well_ordered() -> Vec<Holder> {
    vec![
        holder(1, 11, &[Administrator]),
        holder(2, 12, &[Security]),
        holder(3, 13, &[Auditor]),
    ]
}

#[test]
fn part_c_roles_are_given_by_the_security_administrator_to_others_and_kept_apart() {
    let holders = well_ordered();
    let (administrator, security, auditor) = (&holders[0], &holders[1], &holders[2]);
    let plain = holder(4, 14, &[]);
    let second_account_of_security = holder(5, 12, &[]);
    let second_account_of_auditor = holder(6, 13, &[]);
    let closed = Holder {
        closed: true,
        ..plain
    };
    let fresh = Holder {
        first_password: true,
        ..plain
    };
    use Change::{Grant, Revoke};
    use RoleRefusal as No;
    let cases = [
        (security, Grant, Administrator, plain, 20, None),
        (security, Grant, Auditor, plain, 20, None),
        // The founding is over: the administrator gives and takes nothing, the auditor neither.
        (
            administrator,
            Grant,
            Security,
            plain,
            20,
            Some(No::NotYours),
        ),
        (
            administrator,
            Grant,
            Administrator,
            plain,
            20,
            Some(No::NotYours),
        ),
        (
            administrator,
            Revoke,
            Security,
            *security,
            20,
            Some(No::NotYours),
        ),
        (auditor, Grant, Auditor, plain, 20, Some(No::NotYours)),
        // Nobody gives himself anything, not even through a second account.
        (security, Grant, Administrator, *security, 5, Some(No::Own)),
        (
            security,
            Grant,
            Administrator,
            second_account_of_security,
            5,
            Some(No::Own),
        ),
        (security, Grant, Administrator, closed, 20, Some(No::Closed)),
        (
            security,
            Grant,
            Administrator,
            fresh,
            20,
            Some(No::FirstPassword),
        ),
        (security, Grant, Auditor, *auditor, 20, Some(No::AlreadySo)),
        (security, Revoke, Auditor, plain, 20, Some(No::AlreadySo)),
        // Pairwise different people above ten, through whichever account; up to ten one may hold two.
        (
            security,
            Grant,
            Administrator,
            *auditor,
            11,
            Some(No::Overlap(Auditor)),
        ),
        (
            security,
            Grant,
            Administrator,
            second_account_of_auditor,
            11,
            Some(No::Overlap(Auditor)),
        ),
        (security, Grant, Administrator, *auditor, 10, None),
        // The last of either kind stays; an auditor may be missing.
        (
            security,
            Revoke,
            Administrator,
            *administrator,
            20,
            Some(No::Last(Administrator)),
        ),
        (
            security,
            Revoke,
            Security,
            *security,
            20,
            Some(No::Last(Security)),
        ),
        (security, Revoke, Auditor, *auditor, 20, None),
    ];
    for (by, change, role, of, in_service, expected) in cases {
        let by = actor(by);
        let found = decide(Hand::Account(&by), change, role, &of, &holders, in_service);
        assert_eq!(found.err(), expected, "{change:?} {role:?} {of:?}");
    }
    let found = decide(
        Hand::Operator,
        Change::Grant,
        Security,
        auditor,
        &holders,
        11,
    );
    assert_eq!(
        found,
        Err(No::Overlap(Auditor)),
        "the operator keeps hands apart too"
    );
}

#[test]
fn part_c_a_closed_second_is_no_second() {
    let mut holders = well_ordered();
    holders.push(Holder {
        closed: true,
        ..holder(7, 17, &[Administrator, Security])
    });
    assert_eq!(
        may_close(&holders[0], &holders),
        Err(RoleRefusal::Last(Administrator))
    );
    assert_eq!(
        may_close(&holders[1], &holders),
        Err(RoleRefusal::Last(Security))
    );
    assert_eq!(may_close(&holders[2], &holders), Ok(()));
    holders[3].closed = false;
    assert_eq!(may_close(&holders[0], &holders), Ok(()));
}

#[test]
fn part_c_the_founder_names_the_first_two_and_then_no_more() {
    let founder = holder(1, 0, &[Administrator]);
    let mut holders = vec![founder];
    let by = actor(&founder);
    assert!(is_founding(&holders));
    let give = |holders: &[Holder], role, of: &Holder| {
        decide(Hand::Account(&by), Change::Grant, role, of, holders, 20)
    };
    assert_eq!(
        give(&holders, Administrator, &holder(2, 12, &[])),
        Err(RoleRefusal::NotYours)
    );
    assert_eq!(give(&holders, Security, &founder), Err(RoleRefusal::Own));
    assert_eq!(
        give(&holders, Auditor, &holder(3, 13, &[])),
        Ok(roles(&[Auditor]))
    );
    holders.push(holder(3, 13, &[Auditor]));
    assert_eq!(
        give(&holders, Security, &holder(4, 13, &[])),
        Err(RoleRefusal::Overlap(Auditor))
    );
    assert_eq!(
        give(&holders, Security, &holder(2, 12, &[])),
        Ok(roles(&[Security]))
    );
    // Closing the security administrator's account does not bring the founding back.
    holders.push(Holder {
        closed: true,
        ..holder(2, 12, &[Security])
    });
    assert!(!is_founding(&holders));
    assert_eq!(
        give(&holders, Security, &holder(5, 15, &[])),
        Err(RoleRefusal::NotYours)
    );
}

#[test]
fn part_c_an_organisation_that_grows_past_ten_is_told() {
    let holders = vec![
        holder(1, 11, &[Administrator, Auditor]),
        holder(2, 12, &[Security]),
        holder(3, 12, &[Auditor]),
        holder(4, 0, &[Auditor]),
    ];
    assert_eq!(overlaps(&holders, 10), []);
    let found = overlaps(&holders, 11);
    let accounts: Vec<Vec<AccountId>> = found.iter().map(|f| f.accounts.clone()).collect();
    assert_eq!(accounts, [vec![id(1)], vec![id(2), id(3)]]);
    assert_eq!(found[1].roles, [Security, Auditor]);
}

proptest! {
    /// Whatever sequence of changes the rules let through, a large organisation has no overlap that was not there, and always
    /// somebody in both offices.
    #[test]
    fn law_part_c_the_rules_keep_hands_apart(
        steps in prop::collection::vec((0..8_usize, 0..3_usize, any::<bool>(), 0..8_usize), 0..60)
    ) {
        let mut holders = well_ordered();
        // Persons 11 to 15; some have two accounts, one account has no person.
        holders.extend([(4, 14), (5, 15), (6, 11), (7, 12), (8, 0)].map(|(a, p)| holder(a, p, &[])));
        for (of, role, grant, by) in steps {
            let change = if grant { Change::Grant } else { Change::Revoke };
            let by = actor(&holders[by]);
            let of_before = holders[of];
            let role = SystemRole::ALL[role];
            if let Ok(now) = decide(Hand::Account(&by), change, role, &of_before, &holders, 11) {
                prop_assert!(by.system.security, "only the security administrator changes roles");
                prop_assert!(!grant || by.account != of_before.account);
                holders[of].roles = now;
            }
            prop_assert_eq!(overlaps(&holders, 11), vec![]);
            for needed in [Administrator, Security] {
                prop_assert!(holders.iter().any(|holder| holder.roles.has(needed)));
            }
        }
    }
}

// Resets by two -------------------------------------------------------------------------------------------------------------

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn reset(account: u128, asked_by: u128) -> Reset {
    Reset {
        id: id(99),
        account: id(account),
        credential: Credential::Password,
        import: None,
        stage: Stage::Asked,
        asked_by: id(asked_by),
        asked_at: now(),
        confirmed_by: None,
        closed_at: None,
        expires_at: now() + WAITS,
        tries: 0,
    }
}

#[test]
fn part_c_a_reset_is_asked_for_another_and_only_where_somebody_can_confirm() {
    let holders = well_ordered();
    let by = actor(&holders[0]);
    let plain = holder(4, 14, &[]);
    let ask = |of: &Holder, holders: &[Holder], open, asked| {
        let asked = Circumstances {
            of,
            holders,
            open,
            asked_by_actor: asked,
            asked_for_account: 0,
        };
        may_ask(&by, &asked)
    };
    use ResetRefusal as No;
    assert_eq!(ask(&plain, &holders, false, 0), Ok(()));
    assert_eq!(ask(&holders[0], &holders, false, 0), Err(No::Own));
    assert_eq!(ask(&holder(9, 11, &[]), &holders, false, 0), Err(No::Own));
    assert_eq!(
        ask(
            &Holder {
                closed: true,
                ..plain
            },
            &holders,
            false,
            0
        ),
        Err(No::Closed)
    );
    assert_eq!(ask(&plain, &holders, true, 0), Err(No::Open));
    assert_eq!(ask(&plain, &holders, false, MOST_ASKED), Err(No::TooMany));
    // The only security administrator cannot confirm his own; one who is the asker himself cannot confirm either.
    assert_eq!(ask(&holders[1], &holders, false, 0), Err(No::NoSecondHand));
    let alone = [holder(1, 11, &[Administrator]), holder(2, 11, &[Security])];
    assert_eq!(ask(&plain, &alone, false, 0), Err(No::NoSecondHand));
    let often = Circumstances {
        of: &plain,
        holders: &holders,
        open: false,
        asked_by_actor: 0,
        asked_for_account: MOST_FOR_ONE,
    };
    assert_eq!(may_ask(&by, &often), Err(No::TooMany));
}

#[test]
fn part_c_confirming_takes_another_person_and_an_asker_who_still_may() {
    let holders = well_ordered();
    let (administrator, security) = (holders[0], holders[1]);
    let of = holder(4, 14, &[]);
    let asked = reset(4, 1);
    use ResetRefusal as No;
    let lost = holder(1, 11, &[]);
    let closed = |of: Holder| Holder { closed: true, ..of };
    let confirmed = Reset {
        stage: Stage::Confirmed,
        ..asked.clone()
    };
    let cases = [
        (
            "well",
            security,
            asked.clone(),
            of,
            administrator,
            now(),
            None,
        ),
        (
            "his other account",
            holder(8, 11, &[Security]),
            asked.clone(),
            of,
            administrator,
            now(),
            Some(No::SamePerson),
        ),
        (
            "the same account",
            holder(1, 0, &[Security]),
            asked.clone(),
            of,
            administrator,
            now(),
            Some(No::SamePerson),
        ),
        (
            "his own reset",
            holder(9, 14, &[Security]),
            asked.clone(),
            of,
            administrator,
            now(),
            Some(No::Own),
        ),
        (
            "closed meanwhile",
            security,
            asked.clone(),
            closed(of),
            administrator,
            now(),
            Some(No::Closed),
        ),
        (
            "the asker lost the role",
            security,
            asked.clone(),
            of,
            lost,
            now(),
            Some(No::AskerLost),
        ),
        (
            "the asker was closed",
            security,
            asked.clone(),
            of,
            closed(administrator),
            now(),
            Some(No::AskerLost),
        ),
        (
            "too late",
            security,
            asked.clone(),
            of,
            administrator,
            now() + WAITS,
            Some(No::NotFromHere(Stage::Lapsed)),
        ),
        (
            "twice",
            security,
            confirmed,
            of,
            administrator,
            now(),
            Some(No::NotFromHere(Stage::Confirmed)),
        ),
    ];
    for (case, by, reset, of, asker, at, expected) in cases {
        let found = may_confirm(&actor(&by), &reset, &of, &asker, at);
        assert_eq!(found.err(), expected, "{case}");
    }
}

#[test]
fn a_reset_is_taken_back_as_long_as_something_can_come_of_it() {
    for stage in Stage::ALL {
        let reset = Reset {
            stage,
            ..reset(4, 1)
        };
        assert_eq!(
            may_cancel(&reset, now()).is_ok(),
            stage.is_open(),
            "{stage:?}"
        );
        let late = now() + WAITS - TimeDelta::seconds(1);
        assert_eq!(reset.stage_at(late), stage);
        assert!(may_cancel(&reset, now() + WAITS).is_err(), "{stage:?}");
    }
}

#[test]
fn words_of_stored_things_lead_back() {
    for stage in Stage::ALL {
        assert_eq!(Stage::from_word(stage.word()), Some(stage));
    }
    for credential in Credential::ALL {
        assert_eq!(Credential::from_word(credential.word()), Some(credential));
    }
    for role in SystemRole::ALL {
        assert_eq!(SystemRole::from_word(role.word()), Some(role));
    }
    for event in domain::security_log::SecurityEvent::ALL {
        let word = event.word();
        assert_eq!(
            domain::security_log::SecurityEvent::from_word(word),
            Some(event)
        );
    }
    let nobody: Option<PersonId> = None;
    assert!(
        !holder(1, 0, &[]).same_person(id(2), nobody),
        "two accounts without a person are two people"
    );
}
