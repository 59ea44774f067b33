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

    private TipSchema(XmlSchemaSet schema, string sha256) => (_schema, Sha256) = (schema, sha256);

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
                ? new(set, Convert.ToHexStringLower(SHA256.HashData(xsd)))
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

    private static string Path(XObject? at) => at is null
        ? ""
        : string.Join('/', (at as XElement ?? at.Parent)?.AncestorsAndSelf().Reverse().Select(e => e.Name.LocalName) ?? []) + (at is XAttribute attribute ? "/@" + attribute.Name.LocalName : "");
}
