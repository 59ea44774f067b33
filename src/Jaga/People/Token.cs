using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Jaga.People;

/// <summary>Secrets that a machine makes and remembers for somebody: 32 random bytes as 43 characters of base64url. Only their digest is stored.</summary>
public static class Token
{
    private const int Bytes = 32;

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>SHA-256 of the text. A plain digest will do: nobody guesses 256 random bits.</summary>
    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
