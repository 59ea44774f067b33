using System.Security.Cryptography;
using Jaga.Packages;
using Jaga.Tests.Evidence;

namespace Jaga.Tests.Packages;

/// <summary>Encrypting by the system's GnuPG, against a real key pair.</summary>
public sealed class OpenPgpTests
{
    private readonly OpenPgp _pgp = new(new());

    [Fact]
    public async Task A_key_is_read_by_its_fingerprint_and_what_is_encrypted_to_it_opens_with_gpg_alone()
    {
        using var ring = await Keyring.Make();
        var key = await _pgp.Read(ring.Armored, default);
        Assert.Equal((ring.Fingerprint, "Unit Siber <unit@example.org>"), (key.Fingerprint, Assert.Single(key.Names)));
        var plain = EvidenceSteps.Bytes(3_000_000);
        var folder = Directory.CreateTempSubdirectory("pgp-").FullName;
        var (file, opened) = (Path.Combine(folder, "x.gpg"), Path.Combine(folder, "x"));
        await _pgp.Encrypt(
            key.Armored, key.Fingerprint, target => target.WriteAsync(plain).AsTask(),
            async source =>
            {
                await using var target = File.Create(file);
                await source.CopyToAsync(target);
                return true;
            },
            default);
        await ring.Decrypt(file, opened);
        Assert.Equal(SHA256.HashData(plain), SHA256.HashData(await File.ReadAllBytesAsync(opened)));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task What_fails_while_it_is_written_or_taken_fails_the_whole()
    {
        using var ring = await Keyring.Make();
        var written = await Assert.ThrowsAsync<InvalidOperationException>(() => _pgp.Encrypt(ring.Armored, ring.Fingerprint, _ => throw new InvalidOperationException("the evidence is gone"), Drain, default));
        Assert.Equal("the evidence is gone", written.Message);
        var taken = await Assert.ThrowsAsync<InvalidOperationException>(() => _pgp.Encrypt<bool>(ring.Armored, ring.Fingerprint, t => t.WriteAsync(new byte[10_000_000]).AsTask(), _ => throw new InvalidOperationException("the disk is full"), default));
        Assert.Equal("the disk is full", taken.Message);
        await Assert.ThrowsAsync<RuleBroken>(() => _pgp.Encrypt(ring.Armored, new string('A', 40), t => t.WriteAsync(new byte[10]).AsTask(), Drain, default));

        static async Task<bool> Drain(Stream source)
        {
            await source.CopyToAsync(Stream.Null);
            return true;
        }
    }

    [Theory, InlineData(""), InlineData("hello"), InlineData("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n"), InlineData("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n")]
    public async Task What_is_no_public_key_is_refused(string text) => await Assert.ThrowsAsync<BadInput>(() => _pgp.Read(text, default));

    [Fact]
    public async Task Two_keys_at_once_are_refused()
    {
        using var one = await Keyring.Make();
        using var other = await Keyring.Make("Somebody else <else@example.org>");
        Assert.Contains("not one public key", (await Assert.ThrowsAsync<BadInput>(() => _pgp.Read(one.Armored + other.Armored, default))).Message, StringComparison.Ordinal);
    }
}
