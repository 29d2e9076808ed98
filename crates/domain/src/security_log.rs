//! What happened to an account, for its owner alone: day and kind. No durations, no figures about anybody's being online.

/// Something that happened to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecurityEvent {
    /// Signed in.
    SignedIn,
    /// A sign-in with a wrong password or code.
    Failed,
    /// Locked after several failures.
    Locked,
    /// An administrator lifted the lock.
    Unlocked,
    /// An administrator closed the account.
    Closed,
    /// An administrator opened it again.
    Opened,
    /// The owner chose another password.
    PasswordChanged,
    /// A reset was asked for.
    ResetAsked,
    /// The reset was confirmed by the second administrator.
    ResetConfirmed,
    /// The reset was cancelled.
    ResetCancelled,
    /// The reset ended after too many wrong tries.
    ResetSpent,
    /// With the two halves a new password was set.
    ResetUsed,
    /// With the two halves the second factor was taken away.
    SecondFactorReset,
    /// Whoever runs the server set a one-time password.
    OperatorReset,
    /// Whoever runs the server took the second factor away.
    OperatorSecondFactor,
    /// Sessions were ended.
    SessionsEnded,
    /// A role of the system was given.
    RoleGranted,
    /// A role of the system was taken back.
    RoleRevoked,
    /// The first password was made void before its owner used it.
    FirstPasswordVoid,
    /// The second factor was set up.
    SecondFactorOn,
    /// The second factor was switched off.
    SecondFactorOff,
    /// A recovery code was used.
    RecoveryCodeUsed,
    /// New recovery codes were made.
    RecoveryCodesRenewed,
}

impl SecurityEvent {
    /// All of them.
    pub const ALL: [Self; 23] = [
        Self::SignedIn,
        Self::Failed,
        Self::Locked,
        Self::Unlocked,
        Self::Closed,
        Self::Opened,
        Self::PasswordChanged,
        Self::ResetAsked,
        Self::ResetConfirmed,
        Self::ResetCancelled,
        Self::ResetSpent,
        Self::ResetUsed,
        Self::SecondFactorReset,
        Self::OperatorReset,
        Self::OperatorSecondFactor,
        Self::SessionsEnded,
        Self::RoleGranted,
        Self::RoleRevoked,
        Self::FirstPasswordVoid,
        Self::SecondFactorOn,
        Self::SecondFactorOff,
        Self::RecoveryCodeUsed,
        Self::RecoveryCodesRenewed,
    ];

    /// The word for it in stored rows and keys of messages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SignedIn => "signed-in",
            Self::Failed => "failed",
            Self::Locked => "locked",
            Self::Unlocked => "unlocked",
            Self::Closed => "closed",
            Self::Opened => "opened",
            Self::PasswordChanged => "password-changed",
            Self::ResetAsked => "reset-asked",
            Self::ResetConfirmed => "reset-confirmed",
            Self::ResetCancelled => "reset-cancelled",
            Self::ResetSpent => "reset-spent",
            Self::ResetUsed => "reset-used",
            Self::SecondFactorReset => "second-factor-reset",
            Self::OperatorReset => "operator-reset",
            Self::OperatorSecondFactor => "operator-second-factor",
            Self::SessionsEnded => "sessions-ended",
            Self::RoleGranted => "role-granted",
            Self::RoleRevoked => "role-revoked",
            Self::FirstPasswordVoid => "first-password-void",
            Self::SecondFactorOn => "second-factor-on",
            Self::SecondFactorOff => "second-factor-off",
            Self::RecoveryCodeUsed => "recovery-code-used",
            Self::RecoveryCodesRenewed => "recovery-codes-renewed",
        }
    }

    /// The event that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.word() == word)
    }

    /// Whether the owner is told of it at the next sign-in, unless he did it himself while signed in. What only notes that
    /// somebody signed in or mistyped a password waits on the page.
    pub const fn is_told(self, by_owner: bool) -> bool {
        match self {
            Self::SignedIn | Self::Failed | Self::PasswordChanged => false,
            _ => !by_owner,
        }
    }
}
