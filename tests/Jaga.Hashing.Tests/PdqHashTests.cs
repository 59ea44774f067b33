namespace Jaga.Hashing.Tests;

public class PdqHashTests
{
    private const string Hex = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22";

    [Fact]
    public void A_hash_is_written_as_it_is_read()
    {
        var hash = PdqHash.Parse(Hex);
        Assert.Equal(Hex, hash.ToString());
        Assert.Equal(Hex, $"{hash}");
        Assert.Equal(hash, PdqHash.Parse(Hex.ToUpperInvariant()));
        Assert.Equal(hash, PdqHash.FromBytes(Convert.FromHexString(Hex)));
        Assert.Equal(Convert.FromHexString(Hex), hash.ToArray());
        Assert.True(hash == PdqHash.Parse(Hex) && hash.GetHashCode() == PdqHash.Parse(Hex).GetHashCode());
        Assert.False(hash != PdqHash.Parse(Hex));
    }

    [Fact]
    public void Bit_255_comes_first()
    {
        Assert.Equal(1UL << 63, PdqHash.Parse("8" + new string('0', 63)).Word(3));
        Assert.Equal(1UL, PdqHash.Parse(new string('0', 63) + "1").Word(0));
    }

    [Fact]
    public void The_distance_counts_the_bits_that_differ()
    {
        var hash = PdqHash.Parse(Hex);
        Assert.Equal(0, hash.DistanceTo(hash));
        for (var bit = 0; bit < PdqHash.Bits; bit++)
        {
            var bytes = hash.ToArray();
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Equal(1, hash.DistanceTo(PdqHash.FromBytes(bytes)));
            Assert.NotEqual(hash, PdqHash.FromBytes(bytes));
        }
        Assert.Equal(256, default(PdqHash).DistanceTo(PdqHash.Parse(new string('f', 64))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("f8f8")]
    [InlineData("f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b2")]
    [InlineData("f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b222")]
    [InlineData("g8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22")]
    [InlineData(" 8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22")]
    public void Anything_but_64_hexadecimal_digits_is_refused(string text)
    {
        Assert.False(PdqHash.TryParse(text, out var hash));
        Assert.Equal(default, hash);
        Assert.Throws<FormatException>(() => PdqHash.Parse(text));
    }

    [Fact]
    public void Bytes_of_another_length_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PdqHash.FromBytes(new byte[31]));
        Assert.Throws<ArgumentException>(() => PdqHash.FromBytes(new byte[33]));
        Assert.Throws<ArgumentException>(() => default(PdqHash).CopyTo(new byte[31]));
    }

    [Fact]
    public void Too_little_room_for_the_digits_is_answered_with_false()
    {
        Assert.False(PdqHash.Parse(Hex).TryFormat(new char[63], out var written));
        Assert.Equal(0, written);
    }
}
