using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Jaga.Hashing.Tests;

public class DigestTests
{
    [Fact]
    public void The_published_examples_are_reproduced()
    {
        var digests = Digests.Of("abc"u8);
        Assert.Equal("900150983cd24fb0d6963f7d28e17f72", digests.Md5.ToString());
        Assert.Equal("a9993e364706816aba3e25717850c26c9cd0d89d", digests[DigestAlgorithm.Sha1].ToString());
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", $"{digests.Sha256}");
    }

    [SuppressMessage("Security", "CA5350", Justification = "The subject of the test.")]
    [SuppressMessage("Security", "CA5351", Justification = "The subject of the test.")]
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(1_000_003)]
    public async Task Bytes_and_streams_of_any_length_give_the_same_digests(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        var expected = new Digests(
            Digest.FromBytes(DigestAlgorithm.Md5, MD5.HashData(bytes)),
            Digest.FromBytes(DigestAlgorithm.Sha1, SHA1.HashData(bytes)),
            Digest.FromBytes(DigestAlgorithm.Sha256, SHA256.HashData(bytes)));
        Assert.Equal(expected, Digests.Of(bytes));
        Assert.Equal(expected, Digests.Of(new MemoryStream(bytes)));
        Assert.Equal(expected, await Digests.OfAsync(new MemoryStream(bytes)));
    }

    [Theory]
    [InlineData(DigestAlgorithm.Md5, 16)]
    [InlineData(DigestAlgorithm.Sha1, 20)]
    [InlineData(DigestAlgorithm.Sha256, 32)]
    public void A_digest_is_written_as_it_is_read(DigestAlgorithm algorithm, int length)
    {
        var bytes = Enumerable.Range(200, length).Select(value => (byte)value).ToArray();
        var digest = Digest.FromBytes(algorithm, bytes);
        Assert.Equal(length, digest.Length);
        Assert.Equal(bytes, digest.ToArray());
        Assert.Equal(digest, Digest.Parse(algorithm, digest.ToString()));
        Assert.Equal(digest, Digest.Parse(algorithm, digest.ToString().ToUpperInvariant()));
        Assert.False(Digest.TryParse(algorithm, digest.ToString().AsSpan(1), out _));
        Assert.False(Digest.TryParse(algorithm, "x" + digest.ToString()[1..], out _));
        Assert.Throws<FormatException>(() => Digest.Parse(algorithm, "00"));
        Assert.Throws<ArgumentException>(() => Digest.FromBytes(algorithm, bytes.AsSpan(1)));
    }

    [Fact]
    public void Equal_bytes_by_another_algorithm_are_another_digest()
    {
        var zeros = new byte[32];
        Assert.NotEqual(Digest.FromBytes(DigestAlgorithm.Md5, zeros.AsSpan(0, 16)), Digest.FromBytes(DigestAlgorithm.Sha1, zeros.AsSpan(0, 20)));
        Assert.NotEqual(Digest.FromBytes(DigestAlgorithm.Sha256, zeros), Digest.FromBytes(DigestAlgorithm.Sha1, zeros.AsSpan(0, 20)));
    }
}
