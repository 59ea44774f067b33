using Jaga.People;
using Microsoft.Playwright;
using Role = Jaga.People.Role;

namespace Jaga.Browser;

/// <summary>Signing in as people do, in the browser: with a password, with and without script, and with a passkey of a device that Chromium pretends to have.</summary>
public sealed class SignInTests
{
    private const string Email = "sari@example.org";
    private const string Password = "empat kuda biru laut";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_password_opens_the_account_by_keyboard_alone(bool script)
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await jaga.AddStaff(Email, Password, Role.Reviewer);
        await using var reader = await Reader.Open(jaga, new(Script: script));
        await reader.Go("/account");
        await Assertions.Expect(reader.Page).ToHaveURLAsync(reader.Url("/sign-in?then=%2Faccount"));

        await reader.Page.Locator("#email").FocusAsync();
        await reader.Page.Keyboard.TypeAsync(Email);
        await reader.Page.Keyboard.PressAsync("Tab");
        await reader.Page.Keyboard.TypeAsync("wrong");
        await reader.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(reader.Page.Locator(".message-bad")).ToBeVisibleAsync();

        await reader.Page.Locator("#email").FillAsync(Email);
        await reader.Page.Locator("#password").FillAsync(Password);
        await reader.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(reader.Page).ToHaveURLAsync(reader.Url("/account"));
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task A_passkey_is_added_and_signs_in_without_an_address()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var reader = await Reader.Open(jaga, new(), Role.Lead);
        await reader.AddAuthenticator();

        await reader.Go("/account");
        await reader.Page.Locator("#passkey-name").FillAsync("Sari's device");
        await reader.Page.Locator("[data-passkey=add]").ClickAsync();
        await Assertions.Expect(reader.Page.GetByRole(AriaRole.Button, new() { Name = "Remove Sari's device" })).ToBeVisibleAsync();

        await reader.Page.Context.ClearCookiesAsync();
        await reader.Go("/account");
        await reader.Page.Locator("[data-passkey=sign-in]").ClickAsync();
        await Assertions.Expect(reader.Page).ToHaveURLAsync(reader.Url("/account"));
        Assert.Empty(reader.Complaints);
        await jaga.Do(async db => Assert.Equal(1, await db.Sessions.CountAsync(s => s.Method == SignInMethod.Passkey && s.Browser != "")));
    }
}
