using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Jaga.Cases.Statements;

/// <summary>
/// The link with which an affected person comes back: the statement's id and 128 bits of HMAC-SHA-256 over it, under a key of its own. Nobody can guess one, and none is stored.
/// </summary>
public sealed class StatementLinks(MasterKey master, StatementSettings settings)
{
    /// <summary>Where the link leads, followed by the token.</summary>
    public const string Path = "/why/";

    private const int Part = 16;
    private readonly byte[] _key = master.Derive("cases.statement-links");

    /// <summary>The whole link, as it is written into a statement.</summary>
    public string To(Id<Statement> id) => settings.Address.TrimEnd('/') + Path + Token(id);

    public string Token(Id<Statement> id)
    {
        var bytes = new byte[2 * Part];
        id.Value.TryWriteBytes(bytes);
        Mac(bytes.AsSpan(0, Part)).CopyTo(bytes.AsSpan(Part));
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>The statement that a token leads to; false for anything that was not given out.</summary>
    public bool TryRead(string? token, [NotNullWhen(true)] out Id<Statement>? id)
    {
        id = null;
        var bytes = new byte[2 * Part];
        if (token is not { Length: 43 } || !Base64Url.IsValid(token) || !Base64Url.TryDecodeFromChars(token, bytes, out var length) || length != bytes.Length
            || !CryptographicOperations.FixedTimeEquals(Mac(bytes.AsSpan(0, Part)), bytes.AsSpan(Part)))
        {
            return false;
        }

        id = new(new Guid(bytes.AsSpan(0, Part)));
        return true;
    }

    private byte[] Mac(ReadOnlySpan<byte> id) => HMACSHA256.HashData(_key, id)[..Part];
}
