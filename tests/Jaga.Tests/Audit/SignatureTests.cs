using Jaga.Audit;

namespace Jaga.Tests.Audit;

public sealed class SignatureTests
{
    // RFC 8032, 7.1: secret key, public key, message, signature.
    [Theory]
    [InlineData("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "", "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72", "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82", "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    public void The_vectors_of_rfc_8032_are_met(string seed, string key, string message, string signature)
    {
        var (s, k, m, sig) = (Convert.FromHexString(seed), Convert.FromHexString(key), Convert.FromHexString(message), Convert.FromHexString(signature));
        Assert.Equal(k, Ed25519.PublicKey(s));
        Assert.Equal(sig, Ed25519.Sign(s, m));
        Assert.True(Ed25519.Verify(k, m, sig));
        Assert.False(Ed25519.Verify(k, [.. m, 0], sig));
        sig[5] ^= 1;
        Assert.False(Ed25519.Verify(k, m, sig));
        Assert.False(Ed25519.Verify(k, m, sig.AsSpan(1)));
    }

    [Fact]
    public void A_verifier_key_has_the_id_that_c2sp_says()
    {
        const string known = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
        Assert.Equal(known, VerifierKey.Parse(known).ToString());
        Assert.Throws<FormatException>(() => VerifierKey.Parse(known.Replace("530d903a", "530d903b", StringComparison.Ordinal)));
        Assert.Throws<FormatException>(() => VerifierKey.Parse("example.com/foo"));
    }

    [Fact]
    public void A_note_is_read_back_and_no_byte_of_it_can_change_unseen()
    {
        var seed = new byte[32];
        var key = new VerifierKey("log.example/a", Ed25519.PublicKey(seed));
        var text = new Checkpoint(key.Name, 7, Merkle.EmptyRoot).ToString();
        var note = new SignedNote(text, [new(key.Name, key.Id, Ed25519.Sign(seed, System.Text.Encoding.UTF8.GetBytes(text)))]).ToString();
        Assert.True(SignedNote.Parse(note).SignedBy(key));
        Assert.Equal(7, Checkpoint.Parse(SignedNote.Parse(note).Text).Size);
        for (var i = 0; i < note.Length; i++)
        {
            var altered = note[..i] + (char)(note[i] ^ 1) + note[(i + 1)..];
            Assert.False(Accepted(altered, key), $"The change at {i} was not seen.");
        }
    }

    private static bool Accepted(string note, VerifierKey key)
    {
        try
        {
            return SignedNote.Parse(note).SignedBy(key) is true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
