using Jaga.Media;
using Jaga.Tests.Media.Support;

namespace Jaga.Tests.Media;

/// <summary>A child can decode and nothing else.</summary>
public sealed class SandboxTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public void A_child_may_not_touch_files_network_or_other_processes()
    {
        using var child = DecodeChild.Start(new());

        var attempts = child.Probe(Patience);

        const int NotPermitted = 1;
        Assert.True(child.IsSandboxed);
        Assert.Equal(9, attempts.Count);
        Assert.All(attempts, attempt => Assert.Equal((attempt.Key, NotPermitted), (attempt.Key, attempt.Value)));
    }

    [Fact]
    public void A_locked_child_decodes_every_format()
    {
        using var child = DecodeChild.Start(new());

        Assert.Equal(["avif", "bmp", "gif", "heic", "jpeg", "png", "tiff", "webp"], child.Formats.Order());
        Assert.Equal(MediaOutcome.Read, child.Decode(Asked.Derivatives, Pattern.Of(200, 100).Vips(".avif"), Patience).Outcome);
    }

    [Fact]
    public void A_child_knows_nothing_of_its_parents_environment()
    {
        Environment.SetEnvironmentVariable("JAGA_TEST_SECRET", "not for children");
        using var child = DecodeChild.Start(new());

        var environment = File.ReadAllText($"/proc/{child.Id}/environ");

        Assert.Contains("DOTNET_ROOT", environment, StringComparison.Ordinal);
        Assert.DoesNotContain("not for children", environment, StringComparison.Ordinal);
    }

    [Fact]
    public void A_child_of_root_is_nobody()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root's children change their account.");
        using var child = DecodeChild.Start(new());

        var status = File.ReadAllLines($"/proc/{child.Id}/status");

        Assert.Contains("Uid:\t65534\t65534\t65534\t65534", status);
        Assert.Contains("Gid:\t65534\t65534\t65534\t65534", status);
        Assert.Contains("NoNewPrivs:\t1", status);
        Assert.Contains("Seccomp:\t2", status);
    }
}
