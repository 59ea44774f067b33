using System.Security.Cryptography;

namespace Jaga.Tests.Audit;

/// <summary>RFC 6962, section 2.1, word by word and as slow as it is plain: what the real tree is held against.</summary>
internal static class NaiveTree
{
    public static byte[] Root(byte[][] entries) => entries.Length switch
    {
        0 => SHA256.HashData([]),
        1 => SHA256.HashData([0, .. entries[0]]),
        _ => SHA256.HashData([1, .. Root(entries[..Split(entries.Length)]), .. Root(entries[Split(entries.Length)..])]),
    };

    public static byte[][] Path(int index, byte[][] entries)
    {
        if (entries.Length <= 1)
        {
            return [];
        }

        var k = Split(entries.Length);
        return index < k ? [.. Path(index, entries[..k]), Root(entries[k..])] : [.. Path(index - k, entries[k..]), Root(entries[..k])];
    }

    public static byte[][] Proof(int from, byte[][] entries) => SubProof(from, entries, true);

    private static byte[][] SubProof(int m, byte[][] entries, bool known)
    {
        if (m == entries.Length)
        {
            return known ? [] : [Root(entries)];
        }

        var k = Split(entries.Length);
        return m <= k ? [.. SubProof(m, entries[..k], known), Root(entries[k..])] : [.. SubProof(m - k, entries[k..], false), Root(entries[..k])];
    }

    private static int Split(int n)
    {
        var k = 1;
        while (k * 2 < n)
        {
            k *= 2;
        }

        return k;
    }
}
