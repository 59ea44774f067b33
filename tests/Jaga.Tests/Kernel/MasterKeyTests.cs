using System.Security.Cryptography;

namespace Jaga.Tests.Kernel;

public sealed class MasterKeyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("jaga-key-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_sealed_opens_with_the_same_key_and_purpose_only()
    {
        var key = new MasterKey(new() { Data = _folder }, new());
        var box = key.Seal("totp", [1, 2, 3]);

        Assert.Equal([1, 2, 3], new MasterKey(new() { Data = _folder }, new()).Open("totp", box));
        Assert.ThrowsAny<CryptographicException>(() => key.Open("webhook", box));
        box[13] ^= 1;
        Assert.ThrowsAny<CryptographicException>(() => key.Open("totp", box));
    }

    [Fact]
    public void The_key_file_is_for_its_owner_alone_and_a_damaged_one_stops_the_start()
    {
        _ = new MasterKey(new() { Data = _folder }, new());
        var file = Path.Combine(_folder, "keys", "master.key");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        File.WriteAllBytes(file, [1]);
        Assert.Contains("restore the file", Assert.Throws<WrongSetting>(() => new MasterKey(new() { Data = _folder }, new())).Message, StringComparison.OrdinalIgnoreCase);
    }
}
