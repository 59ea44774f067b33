namespace Jaga.Media;

/// <summary>A program that hashes files by an algorithm that is not Jaga's (docs/integrate/hashers.md). <c>Jaga__Media__Hashers__0__…</c></summary>
public sealed record HasherSettings
{
    /// <summary>The type whose hashes are vectors of <see cref="Hashing.VectorIndex.Bytes"/> bytes, compared by distance: what exchanges hand out as PDNA.</summary>
    public const string Vector = "photodna";

    private static readonly string[] Own = ["pdq", "vpdq", "md5", "sha1", "sha256"];

    /// <summary>The algorithm's name among the fingerprints: lower-case letters, digits, <c>-</c>, <c>_</c> and <c>.</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary>The program, by a path from the root.</summary>
    public string Command { get; init; } = "";

    /// <summary>Its arguments.</summary>
    public string[] Arguments { get; init; } = [];

    /// <summary>What its hashes are called among signals; the name unless said otherwise. They are compared for equality, and those of <see cref="Vector"/> by distance.</summary>
    public string? Type { get; init; }

    /// <summary>What its hashes are called among signals.</summary>
    internal string Called => Type ?? Name;

    /// <summary>Files that it hashes at a time, each in a process of its own, started when first needed. 1 to 64; as many as processors, at most 4, unless said otherwise.</summary>
    public int Workers { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <summary>How long it may work on one file before it is killed, and how long a file waits for its turn before it goes without this hash.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Private memory of each process, in bytes.</summary>
    public long Memory { get; init; } = 512L * 1024 * 1024;

    internal IEnumerable<string> Wrong(int number)
    {
        if (Name.Length is 0 or > 40 || Name.Any(c => !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.')) || Own.Contains(Name))
        {
            yield return $"Media:Hashers:{number}:Name is {Name}. It takes 1 to 40 lower-case letters, digits, '-', '_' and '.', and none of Jaga's own names.";
        }

        if (Type is { } type && (type.Length is 0 or > 40 || type.Any(c => !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.'))))
        {
            yield return $"Media:Hashers:{number}:Type is {type}. It takes 1 to 40 lower-case letters, digits, '-', '_' and '.'.";
        }

        if (Called == "pdna" || (Type is { } own && Own.Contains(own)))
        {
            yield return $"Media:Hashers:{number}:Type is {Called}. It takes none of Jaga's own names; the vectors of an exchange's PDNA are called {Vector} here.";
        }

        if (!Path.IsPathRooted(Command) || !File.Exists(Command))
        {
            yield return $"Media:Hashers:{number}:Command is {Command}. It takes a program by a path from the root.";
        }

        if (Deadline < TimeSpan.FromMilliseconds(10) || Deadline > TimeSpan.FromMinutes(10))
        {
            yield return $"Media:Hashers:{number}:Deadline is {Deadline}. It takes 10 ms to 10 min.";
        }

        if (Workers is < 1 or > 64)
        {
            yield return $"Media:Hashers:{number}:Workers is {Workers}. It takes 1 to 64.";
        }

        if (Memory is < 16L * 1024 * 1024 or > 64L * 1024 * 1024 * 1024)
        {
            yield return $"Media:Hashers:{number}:Memory is {Memory}. It takes 16 MiB to 64 GiB.";
        }
    }
}

/// <summary>What an external hasher said of a file.</summary>
/// <param name="Algorithm">Its name.</param>
/// <param name="Type">What its hashes are called among signals.</param>
/// <param name="Hash">The hash in lower-case hexadecimal, 1 to 1,024 bytes; null if there is none.</param>
/// <param name="Reason">Why there is none, in one short sentence; empty otherwise.</param>
public sealed record HasherReading(string Algorithm, string Type, string? Hash, string Reason);
