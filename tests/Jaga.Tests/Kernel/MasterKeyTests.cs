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

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_database_takes_no_other_key_than_its_own_and_none_that_was_made_a_moment_ago(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        Task Fit(string data, string key = "") => jaga.Do(db => new MasterKey(new() { Data = data }, new() { MasterKey = key }).Fit(db, default));

        await Fit(jaga.Data);
        await Assert.ThrowsAsync<WrongSetting>(() => Fit(jaga.Data, Convert.ToBase64String(new byte[32])));
        await Assert.ThrowsAsync<WrongSetting>(() => Fit(_folder));
        Assert.False(File.Exists(Path.Combine(_folder, "keys", "master.key")));

        // A house from before databases knew their key: the one that is there is believed, a new one is not.
        await jaga.RunWorker(1);
        await jaga.Do(db => db.Database.ExecuteSqlRawAsync("DELETE FROM key_marks"));
        await Assert.ThrowsAsync<WrongSetting>(() => Fit(_folder));
        await Fit(jaga.Data);
        await Assert.ThrowsAsync<WrongSetting>(() => Fit(_folder));
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
