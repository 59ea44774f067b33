namespace Jaga.Tests.Kernel;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("Worker:Parallel", "0", "Worker:Parallel is 0")]
    [InlineData("Worker:Parallel", "many", "Worker")]
    [InlineData("Worker:Paralel", "4", "Worker:Paralel is not a setting")]
    [InlineData("Storage:Synchronous", "OFF", "Storage:Synchronous is 'OFF'")]
    [InlineData("Storage:Connection", "somewhere", "Storage:Connection is no connection string")]
    [InlineData("Secrets:MasterKey", "short", "Secrets:MasterKey")]
    public async Task A_wrong_setting_stops_the_start_with_a_sentence_that_names_it(string key, string value, string told)
    {
        var wrong = await Assert.ThrowsAsync<WrongSetting>(() => JagaHost.Start(Store.Sqlite, null, (key, value)));
        Assert.Contains(told, wrong.Message);
        Assert.DoesNotContain("short", wrong.Message.Replace("shortest", ""));
    }
}
