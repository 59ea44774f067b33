using System.Collections.Concurrent;
using System.Xml.Linq;

namespace Jaga.Server.Sandbox;

/// <summary>What the sandbox does to a call instead of, or after, the true answer.</summary>
public enum SandboxFault
{
    None,

    /// <summary>401 without a body.</summary>
    Locked,

    /// <summary>503, nothing done.</summary>
    Unavailable,

    /// <summary>Code 1000, nothing done.</summary>
    TheirError,

    /// <summary>Does what was asked and hangs up before it has answered whole.</summary>
    CutAfter,

    /// <summary>Hangs up before it has done anything.</summary>
    CutBefore,

    /// <summary>Does what was asked and answers with a web page.</summary>
    Absurd,

    /// <summary>Receives other bytes of a file than were sent, and tells their digest.</summary>
    WrongDigest,

    /// <summary>Does what was asked, and answers when nobody waits any more.</summary>
    Slow,

    /// <summary>Does what was asked twice, as where something in between repeats a call, and gives the second answer.</summary>
    Twice,

    /// <summary>Refuses it with 4100, nothing done.</summary>
    Refused,
}

/// <summary>A report as the sandbox holds it.</summary>
public sealed record SandboxReport(long Id, XDocument Xml, DateTimeOffset OpenedAt)
{
    /// <summary>By file id: name, MD5, length, and details once they were told.</summary>
    public ConcurrentDictionary<string, SandboxFile> Files { get; } = [];

    public DateTimeOffset TouchedAt { get; set; } = OpenedAt;

    public DateTimeOffset? FinishedAt { get; set; }

    public DateTimeOffset? RetractedAt { get; set; }
}

/// <summary>A file as the sandbox holds it; of its bytes only digest and length.</summary>
public sealed record SandboxFile(string Id, string Name, string Md5, long Length)
{
    public XDocument? Details { get; set; }
}
