using Microsoft.Playwright;
using Role = Jaga.People.Role;

namespace Jaga.Browser;

/// <summary>Coming in.</summary>
public sealed class DoorTests
{
    private const string Email = "sari@example.org";
    private const string Password = "empat kuda biru laut";

    [Fact]
    public async Task A_member_of_staff_signs_in_by_password_adds_a_passkey_and_comes_back_with_it()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await jaga.AddStaff(Email, Password, Role.Reviewer);
        await using var reader = await Reader.Open(jaga, new());
        var page = reader.Page;
        await reader.AddAuthenticator();
        await reader.Go("/account");
        await reader.Picture("/sign-in", "1440-en");
        await page.GetByLabel("E-mail address").FillAsync(Email);
        await page.GetByLabel("Password").FillAsync(Password);
        await page.Keyboard.PressAsync("Enter");

        await page.GetByLabel("Name of the device").FillAsync("Test key");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Test key")).ToBeVisibleAsync();

        await page.GetByLabel("Account of Test").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("Good to see you");
        Assert.Empty(reader.Complaints);
    }
}
