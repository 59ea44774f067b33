namespace Jaga.People;

/// <summary>What somebody is here to do. What each role may do is in <see cref="Matrix"/>. A member of staff may hold several.</summary>
public enum Role
{
    /// <summary>Manages people, keys, receivers and banks. Sees no case and no media by virtue of it.</summary>
    Administrator,

    /// <summary>Runs the desk: assigns cases, answers for obligations and deliveries.</summary>
    Lead,

    /// <summary>Takes cases, looks, decides.</summary>
    Reviewer,

    /// <summary>Reads every record and changes none.</summary>
    Auditor,

    /// <summary>A program with an API key. Never given to a person.</summary>
    Integration,

    /// <summary>An officer of an agency, or the agency's program: uses the agency's door and sees only what is its own.</summary>
    Officer,

    /// <summary>A program of an organisation that flags content.</summary>
    Flagger,
}
