namespace Jaga.Referrals;

/// <summary>How far a referral has come.</summary>
public enum ReferralState
{
    /// <summary>Being written; a second person has to sign it.</summary>
    Draft,

    /// <summary>Signed; the other side has nothing yet, or nothing any more.</summary>
    Countersigned,

    /// <summary>The other side has opened a report; files and their details follow.</summary>
    Opened,

    /// <summary>The other side has it all and said so. Nothing can be added or taken back.</summary>
    Finished,

    /// <summary>Taken back before it was finished.</summary>
    Retracted,

    /// <summary>A draft that a person gave up, with a reason.</summary>
    Dropped,
}
