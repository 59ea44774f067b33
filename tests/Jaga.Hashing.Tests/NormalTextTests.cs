using System.Text;

namespace Jaga.Hashing.Tests;

public class NormalTextTests
{
    private const string Plain = "Main terus di pulauwin777, gampang menang dan rejeki lancar";

    [Theory]
    [InlineData("MAIN TERUS DI PULAUWIN777, GAMPANG MENANG DAN REJEKI LANCAR")]
    [InlineData("Main terus di ＰＵＬＡＵＷＩＮ７７７, gampang menang dan rejeki lancar")]
    [InlineData("Main terus di 𝗣𝗨𝗟𝗔𝗨𝗪𝗜𝗡𝟳𝟳𝟳, gampang menang dan rejeki lancar")]
    [InlineData("Main terus di 𝓟 𝓤 𝓛 𝓐 𝓤 𝓦 𝓘 𝓝 𝟟 7 ⑦, gampang menang dan rejeki lancar")]
    [InlineData("Main terus di P͟U͟L͟A͟U͟W͟I͟N͟777, gampang menang dan rejeki lancar")]
    [InlineData("Main terus di PU\u200BLAU\u00ADW\uFE0FIN7\u20637\u200D7, gampang menang dan rejeki lancar")]
    [InlineData("Main terus di РULАUWІN777, gampang menang dan rejeki lancar")] // Cyrillic Er, A and I
    [InlineData("Main terus di 🅿🆄🅻🅰🆄🆆🅸🅽7️⃣7️⃣7️⃣, gampang menang dan rejeki lancar")]
    [InlineData("Main terus di 🅟🅤🅛🅐🅤🅦🅘🅝777, gampang menang dan rejeki lancar")]
    [InlineData("Main terus di ᴘᴜʟᴀᴜᴡɪɴ777, gampang menang dan rejeki lancar")]
    [InlineData("Main terus di 【p】【u】【l】【a】【u】【w】【i】【n】777, gampang menang dan rejeki lancar")]
    [InlineData("Main terus di ≋p≋u≋l≋a≋u≋w≋i≋n777, gampang menang dan rejeki lancar")]
    [InlineData("m4in t3rus di pul4uw1n777 g4mp4ng men4ng d4n r3jek1 l4nc4r")]
    [InlineData("Maaaain teruuuus di pulauwinnnn777 gampang menaaang dan rejeki lancarrr!!! 🎰🔥")]
    [InlineData("⭐ Main-terus di pulauwin777 ⭐\r\ngampang, menang... dan rejeki/lancar")]
    [InlineData("Main terus di PUlAUWlN777, gampang menang dan rejeki Iancar")] // l for I, I for l
    [InlineData("M@in terus di pul@uw!n777 g@mpang men@ng d@n rejek1 l@ncar")]
    public void However_it_is_written_it_is_the_same_text(string written) => Assert.Equal(NormalText.Of(Plain).Letters, NormalText.Of(written).Letters);

    [Theory]
    [InlineData("teman-teman", "teman2")]
    [InlineData("hati hati di jalan", "hati2 di jalan")]
    [InlineData("gacor", "g4c0r")]
    [InlineData("maxwin", "m4xw1n")]
    [InlineData("judi", "jud1")]
    [InlineData("slot", "$lot")]
    [InlineData("straße", "STRASSE")]
    [InlineData("café", "CAFE")]
    [InlineData("ﬁnal", "final")]
    [InlineData("٣٤٥", "345")]
    public void Slang_and_signs_are_read_as_what_they_stand_for(string one, string other) => Assert.Equal(NormalText.Of(one).Letters, NormalText.Of(other).Letters);

    [Theory]
    [InlineData("toto88", "toto99")]
    [InlineData("pulau777", "pulau77")]
    [InlineData("saldo 100", "saldo 200")]
    [InlineData("bonus 20k", "bonus 50k")]
    [InlineData("kelas 4d", "kelas 3d")]
    [InlineData("สวัสดี", "สวสด")] // Thai vowels are letters
    [InlineData("कि", "क")]
    public void What_tells_texts_apart_stays(string one, string other) => Assert.NotEqual(NormalText.Of(one).Letters, NormalText.Of(other).Letters);

    [Theory]
    [InlineData("")]
    [InlineData("😂😂😂 !!! … \u200B")]
    [InlineData("\uD800")]
    public void Nothing_is_left_of_what_has_no_letter(string text) => Assert.True(NormalText.Of(text).IsEmpty);

    [Fact]
    public void A_text_is_bounded()
    {
        Assert.False(NormalText.Of(new string('7', NormalText.MaxLength)).IsEmpty);
        Assert.Throws<ArgumentException>(() => NormalText.Of(new string('a', NormalText.MaxLength + 1)));
    }

    [Fact]
    public void A_normal_form_is_its_own_normal_form_whatever_the_text()
    {
        var random = new Random(20261122);
        var pool = "aàbcdeilnostxyz  AIEOZ 0123456789 @$!|-.²𝓐𝟟①🅰４ａаеіοαʙßıİΣς̾͟\u200B\uFE0F\u20E3ကิสिשЯ한가\uD800\uDC00日".EnumerateRunes().Select(rune => rune.ToString()).ToArray();
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 24)).Select(_ =>
                random.Next(8) == 0 && Rune.TryCreate(random.Next(0x20000), out var any) ? any.ToString() : random.GetItems(pool, 1)[0]));
            var once = NormalText.Of(text);
            Assert.True(once.Words == NormalText.Of(once.Words).Words, $"'{text}' became '{once.Words}' became '{NormalText.Of(once.Words).Words}'");
            Assert.True(once.Letters == NormalText.Of(once.Words).Letters);
        }
    }

    [Fact]
    public void Every_sort_of_character_folds_to_itself_once_folded()
    {
        for (var value = 0; value < 0x20000; value += value is >= 0x3400 and < 0xD7A0 or >= 0x12000 and < 0x1D000 ? 41 : 1) // thousands that are all alike
        {
            if (!Rune.TryCreate(value, out var rune))
                continue;
            var once = NormalText.Of("x" + rune + "y").Words;
            Assert.True(once == NormalText.Of(once).Words, $"U+{value:X4} became '{once}' became '{NormalText.Of(once).Words}'");
        }
    }

    [Fact]
    public void Foldings_do_not_show()
    {
        var random = new Random(20261122);
        var words = "rejeki lancar menang gampang situs terpercaya daftar sekarang bonus besar anak muda pulang kampung senang ikut acara keluarga malam minggu".Split(' ');
        for (var i = 0; i < 2_000; i++)
        {
            random.Shuffle(words);
            var text = string.Join(' ', words[..random.Next(4, 20)]);
            var letters = NormalText.Of(text).Letters;
            Assert.Equal(letters, NormalText.Of(Disguise.Any(text, random)).Letters);
        }
    }
}
