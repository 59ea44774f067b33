namespace Jaga.Tests.Kernel;

public sealed class AuditedRowsTests
{
    [Fact]
    public void Snake_case_is_what_the_schema_says()
    {
        Assert.Equal(["due_at", "id", "sha256", "first_http_error", "url"], ((string[])["DueAt", "Id", "Sha256", "FirstHttpError", "Url"]).Select(Db.SnakeCase));
    }
}
