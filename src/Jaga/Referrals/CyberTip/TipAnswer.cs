using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Jaga.Referrals.CyberTip;

/// <summary>What is to be done after an answer.</summary>
public enum TipOutcome
{
    /// <summary>NCMEC did what was asked.</summary>
    Done,

    /// <summary>Try again later: no answer, a cut one, too many requests, their trouble.</summary>
    Later,

    /// <summary>Nobody gets through until a person mends it: credentials or rights. Everything waits and somebody is told.</summary>
    Locked,

    /// <summary>This report needs a person: something in it was refused, or NCMEC answers what cannot be.</summary>
    Person,

    /// <summary>NCMEC has no such report (any more): it expired, and is opened as a new one.</summary>
    Expired,

    /// <summary>NCMEC says that it was finished already.</summary>
    AlreadyFinished,

    /// <summary>NCMEC says that it was retracted already.</summary>
    AlreadyRetracted,
}

/// <summary>An answer of NCMEC's service, as far as it could be read.</summary>
/// <param name="Status">HTTP; 0 when there was no answer.</param>
/// <param name="Code">NCMEC's response code; null where there was none.</param>
/// <param name="Says">NCMEC's description, or what went wrong on the way.</param>
public sealed record TipAnswer(int Status, int? Code, string Says, long? ReportId = null, string? FileId = null, string? Md5 = null, IReadOnlyList<string>? Files = null)
{
    /// <summary>Bytes of the largest answer read.</summary>
    public const int MaxBody = 256 * 1024;

    // Codes and meanings as in NCMEC's documentation; the list there is not exhaustive.
    private static readonly Dictionary<int, string> Meanings = new()
    {
        [0] = "Done", [1000] = "Server error", [1100] = "It could not be saved", [1110] = "The upload failed", [1111] = "The file could not be taken", [1210] = "Not found", [1300] = "It could not be changed",
        [2000] = "Nobody is signed in", [3000] = "Not allowed", [3100] = "Not allowed to report", [3300] = "Not allowed to change it",
        [4000] = "The request is not valid", [4100] = "Validation failed", [4110] = "The XML cannot be read", [4200] = "The file cannot be read",
        [5001] = "There is no such report", [5002] = "There is no such file", [5101] = "It was taken back already", [5102] = "It was finished already",
    };

    private static readonly XmlReaderSettings Careful = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxBody };

    /// <summary>What may be told outside the seal: the meaning of the code in our words. NCMEC's own description may quote what was sent; it stands with the sealed answer.</summary>
    public string Told => Code is { } code ? Meanings.GetValueOrDefault(code, "A code that is not known here") : Says;

    /// <summary>
    /// What follows. The list of codes is not exhaustive, so an unknown one is a person's. 5101 and 5102 are told apart here and judged by whoever
    /// called: each means success only after its own call.
    /// </summary>
    public TipOutcome Outcome => (Code, Status) switch
    {
        (0, >= 200 and < 300) => TipOutcome.Done,
        (2000 or (>= 3000 and < 4000), _) or (null, 401 or 403) => TipOutcome.Locked,
        (5001, _) => TipOutcome.Expired,
        (5101, _) => TipOutcome.AlreadyRetracted,
        (5102, _) => TipOutcome.AlreadyFinished,
        ((>= 1000 and < 2000) and not 1210, _) or (_, 0 or 408 or 429 or >= 500) => TipOutcome.Later,
        (null, >= 200 and < 300) => TipOutcome.Later,
        _ => TipOutcome.Person,
    };

    /// <summary>No answer at all.</summary>
    public static TipAnswer None(string why) => new(0, null, why);

    /// <summary>Reads an answer; whatever it is, it is told, never thrown.</summary>
    public static TipAnswer Read(int status, ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            return new(status, null, status is 401 ? "The user name or password was refused, without a word." : "The answer is empty.");
        }

        try
        {
            using var reader = XmlReader.Create(new MemoryStream(body.ToArray(), writable: false), Careful);
            var root = XDocument.Load(reader).Root!;
            if (root.Name.LocalName is not ("reportResponse" or "reportDoneResponse") || !int.TryParse(Child(root, "responseCode"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code))
            {
                return new(status, null, $"The answer is not one of NCMEC's: <{Shortened(root.Name.LocalName, 50)}>.");
            }

            return new(
                status, code, Shortened(Child(root, "responseDescription") ?? "", 2000),
                long.TryParse(Child(root, "reportId"), NumberStyles.None, CultureInfo.InvariantCulture, out var report) ? report : null,
                Child(root, "fileId") is { Length: > 0 and <= 200 } file ? file : null,
                Child(root, "hash")?.ToLowerInvariant(),
                root.Elements().Where(e => e.Name.LocalName is "files").Elements().Select(e => e.Value.Trim()).ToList());
        }
        catch (XmlException)
        {
            return new(status, null, "The answer is no XML that can be read.");
        }
    }

    private static string? Child(XElement root, string name) => root.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value.Trim();

    private static string Shortened(string text, int most) => text.Length <= most ? text : text[..most] + " …";
}
