using System.Security.Cryptography;
using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;

namespace Jaga.Referrals.CyberTip;

/// <summary>NCMEC's schema as it was fetched (<c>GET /xsd</c>): every document is held against it before it is sent. It is somebody else's file: nothing outside it is loaded.</summary>
public sealed class TipSchema
{
    private static readonly XmlReaderSettings Careful = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = 8 * 1024 * 1024 };

    private readonly XmlSchemaSet _schema;

    private readonly byte[] _xsd;

    private TipSchema(XmlSchemaSet schema, byte[] xsd) => (_schema, _xsd, Sha256) = (schema, xsd, Convert.ToHexStringLower(SHA256.HashData(xsd)));

    /// <summary>Of the file as it came, lower-case hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>Reads a schema.</summary>
    /// <exception cref="InvalidDataException">It is no schema, or has no <c>report</c>.</exception>
    public static TipSchema Read(byte[] xsd)
    {
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(xsd, writable: false), Careful);
            var set = new XmlSchemaSet { XmlResolver = null };
            set.Add(null, reader);
            set.Compile();
            return set.GlobalElements.Contains(new XmlQualifiedName("report")) && set.GlobalElements.Contains(new XmlQualifiedName("fileDetails"))
                ? new(set, xsd)
                : throw new InvalidDataException("This schema knows no report or no fileDetails.");
        }
        catch (Exception unreadable) when (unreadable is XmlException or XmlSchemaException)
        {
            throw new InvalidDataException($"This is not a schema: {unreadable.Message}", unreadable);
        }
    }

    /// <summary>What the schema says against <paramref name="document"/>; empty when it is valid.</summary>
    public IReadOnlyList<TipFault> Wrong(XDocument document)
    {
        var faults = new List<TipFault>();
        document.Validate(_schema, (sender, wrong) => faults.Add(new(Path(sender as XObject), wrong.Message)));
        return faults;
    }

    /// <summary>How it differs from <paramref name="before"/>, by the names of elements, attributes and types, in English.</summary>
    public string Since(byte[]? before)
    {
        var (now, then) = (Names(_xsd), before is null ? [] : Names(before));
        string[] told = [.. Told("New", now.Except(then)), .. Told("Gone", then.Except(now))];
        return told.Length > 0 ? string.Join(" ", told) : "No name came or went; an order, a length or a text is another.";
    }

    private static IEnumerable<string> Told(string what, IEnumerable<string> names)
    {
        var all = names.Order(StringComparer.Ordinal).ToList();
        return all.Count == 0 ? [] : [$"{what}: {string.Join(", ", all.Take(30))}{(all.Count > 30 ? $" and {all.Count - 30} more" : "")}."];
    }

    private static HashSet<string> Names(byte[] xsd)
    {
        using var reader = XmlReader.Create(new MemoryStream(xsd, writable: false), Careful);
        return [.. XDocument.Load(reader).Descendants().Select(e => (string?)e.Attribute("name") ?? (e.Name.LocalName is "enumeration" ? (string?)e.Attribute("value") : null)).OfType<string>()];
    }

    private static string Path(XObject? at) => at is null
        ? ""
        : string.Join('/', (at as XElement ?? at.Parent)?.AncestorsAndSelf().Reverse().Select(e => e.Name.LocalName) ?? []) + (at is XAttribute attribute ? "/@" + attribute.Name.LocalName : "");
}
