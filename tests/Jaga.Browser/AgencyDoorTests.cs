using Jaga.Disclosure;
using Jaga.Letters;
using Jaga.Orders;
using Jaga.People.Agencies;
using AskAgency = Jaga.Disclosure.AskClarification;
using AskBack = Jaga.Orders.AskClarification;

namespace Jaga.Browser;

/// <summary>The agency's door, as an officer has it: with script and without, by keyboard, on the narrowest phone, in both languages.</summary>
public sealed class AgencyDoorTests
{
    private static readonly Actor Me = Actor.System("test");

    [Theory]
    [InlineData(1440, "en", false)]
    [InlineData(320, "id", true)]
    public async Task An_officer_sends_an_order_and_a_request_by_keyboard_without_script_on_pages_that_shut_nobody_out(int width, string language, bool dark)
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var agency = await jaga.Ask<AddAgency, AgencyCard>(add => add.Run(new("Kementerian Contoh", AgencyKind.Ministry, "ID", ["csam"], ["id-saman", "id-permenkominfo-5-2020"], "Narahubung"), Me, default));
        await jaga.Ask<VerifyAgency, AgencyCard>(verify => verify.Run(agency.Id, new("called back"), Me, default));
        var token = await jaga.SignedInFor(Subject.Of("agency", agency.Id));
        await using (var plain = await Reader.Open(jaga, new(width, language, dark, Script: false)))
        {
            await plain.SignIn(token);
            await plain.Page.GotoAsync(plain.Url("/"));
            Assert.Equal("/agency", new Uri(plain.Page.Url).AbsolutePath);
            await Send(plain, "orders", ("category", "ArrowDown"), ("locations", "group:812"), ("legalBasis", "UU 44/2008"), ("reasons", "It shares what the law forbids."));
            await Send(plain, "requests", ("legalBasis", "KUHAP, Pasal 43"), ("purpose", "To find who runs it"), ("description", "A group that sells"), ("account", "u42"), ("classes", "Space"));
            Assert.Empty(plain.Complaints);
        }

        var paths = new List<string> { "/agency", "/agency/orders/new", "/agency/requests", "/agency/requests/new", "/agency/letters", $"/agency/letters/{await Write(jaga, agency.Id)}" };
        await jaga.Do(async db => paths.AddRange([$"/agency/orders/{await Talk(jaga, (await db.Orders.SingleAsync()).Id)}", $"/agency/requests/{await Ask(jaga, (await db.DataRequests.SingleAsync()).Id)}"]));
        await using var reader = await Reader.Open(jaga, new(width, language, dark));
        await reader.SignIn(token);
        var wrong = new List<string>();
        foreach (var path in paths)
        {
            await reader.Page.GotoAsync(reader.Url(path));
            await reader.Picture(path, $"{width}-{language}");
            wrong.AddRange(await reader.Wrong());
            var (wide, scripts) = (await reader.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await reader.Page.EvaluateAsync<int>("document.scripts.length"));
            if (wide > width || scripts > 0)
            {
                wrong.Add($"{path} is {wide} px wide and has {scripts} scripts.");
            }
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    // Nothing but keys: words into the fields, the space bar for a box, an arrow for a choice, Enter in the last line sends.
    private static async Task Send(Reader plain, string what, params (string Name, string Words)[] fields)
    {
        await plain.Page.GotoAsync(plain.Url($"/agency/{what}/new"));
        foreach (var (name, words) in fields)
        {
            await plain.Page.Locator($"[name={name}]").First.FocusAsync();
            if (words is "Space" or "ArrowDown")
            {
                await plain.Page.Keyboard.PressAsync(words);
            }
            else
            {
                await plain.Page.Keyboard.InsertTextAsync(words);
            }
        }

        await plain.Page.Locator("#contact").FocusAsync();
        await plain.Page.Keyboard.PressAsync("Enter");
        await plain.Page.WaitForURLAsync($"**/agency/{what}/*-*");
    }

    // A letter that lies in the agency's portal.
    private static async Task<Id<Party>> Write(JagaHost jaga, Id<Agency> agency)
    {
        var letter = (await jaga.Ask<DraftLetter, ReadLetters.Card>(draft => draft.Run(new("Undangan rapat", "Yth. {{recipient.name}},\n\nkami mengundang Anda.\n\n- satu\n- dua", [new("Kementerian Contoh", Agency: agency.ToString())], "id"), Me, default))).Id;
        await jaga.Ask<ApproveLetter, ReadLetters.Card>(approve => approve.Run(letter, new(1), Actor.System("another"), default));
        await jaga.Ask<SendLetter, ReadLetters.Card>(send => send.Run(letter, Me, default));
        return await jaga.Ask<Db, Id<Party>>(db => db.Parties.Where(p => p.Letter == letter).Select(p => p.Id).SingleAsync());
    }

    // A warning, the platform's objection, and a question: everything that an order's page can ask of its agency.
    private static async Task<Id<Order>> Talk(JagaHost jaga, Id<Order> order)
    {
        var warning = await jaga.Ask<RegisterWarning, RegisterWarning.Answer>(register => register.Run(order, new("Take it down.", 2, FineAmount: 1000, FineCurrency: "IDR"), Me, default));
        await jaga.Ask<ReplyToWarning, ReplyToWarning.Answer>(reply => reply.Run(order, warning.Id, new(ReplyKind.Objection, "It was down already."), Me, default));
        await jaga.Ask<AskBack, AskBack.Answer>(ask => ask.Run(order, new("Which part?"), Me, default));
        return order;
    }

    private static async Task<Id<DataRequest>> Ask(JagaHost jaga, Id<DataRequest> request)
    {
        await jaga.Ask<AskAgency, bool>(async ask =>
        {
            await ask.Run(request, new("Which account?"), Me, default);
            return true;
        });
        return request;
    }
}
