using System.Globalization;
using Jaga.Hashing;
using Jaga.Media;
using Jaga.Tests.Media.Support;

namespace Jaga.Tests.Media;

/// <summary>Photographs through the whole pipe have the reference's hashes.</summary>
public sealed class ReferenceTests(Pool pool) : IClassFixture<Pool>
{
    /// <summary>A decoder's luma is rounded, the reference's is not.</summary>
    private const int RoundingBits = 4;

    [Theory]
    [InlineData("pdq/photos-debian.fullsize.csv", "photos/debian", 8)]
    [InlineData("pdq/bridge/fullsize.csv", "pdq/bridge", 1)]
    public async Task A_photograph_hashes_as_the_reference_does_at_full_size(string table, string folder, int every)
    {
        var rows = File.ReadLines(SharedData.Path(table.Split('/'))).Skip(1).Select(line => line.Split(',')).Where((_, i) => i % every == 0).ToList();

        Assert.NotEmpty(rows);
        foreach (var row in rows)
        {
            var reading = await pool.Read(File.ReadAllBytes(SharedData.Path([.. folder.Split('/'), row[2]])));

            Assert.Equal(MediaOutcome.Read, reading.Outcome);
            var quality = int.Parse(row[1], CultureInfo.InvariantCulture);
            Assert.InRange(reading.Pdq!.Value.Quality, quality - 1, quality + 1);
            if (quality >= 50)
            {
                Assert.InRange(reading.Pdq.Value.Hash.DistanceTo(PdqHash.Parse(row[0])), 0, RoundingBits);
            }
        }
    }
}
